using Ballast.Core;
using Ballast.Data.LabelErrors;
using BenchmarkDotNet.Attributes;

namespace Ballast.Benchmarks;

/// <summary>Label issues of n rows and K classes with 8% noisy labels; the same draw as the timing of cleanlab, which needs 1.4 s and 0.44 s.</summary>
[MemoryDiagnoser]
public class LabelIssuesBenchmark
{
    private int[] labels = [];
    private Predictions predictions = new([1], 1);

    [Params("1000000x10", "100000x100", "10000x10")]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void Draw()
    {
        var (rows, classes) = (int.Parse(Shape.Split('x')[0]), int.Parse(Shape.Split('x')[1]));
        var random = RandomStream.For(7, "label issues benchmark");
        labels = new int[rows];
        var values = new double[rows * classes];
        for (var i = 0; i < rows; i++)
        {
            var truth = random.Next(classes);
            labels[i] = random.NextDouble() < 0.08 ? random.Next(classes) : truth;
            var row = values.AsSpan(i * classes, classes);
            var sum = 0.0;
            for (var k = 0; k < classes; k++)
                sum += row[k] = Math.Exp(1.2 * random.NextGaussian() + (k == truth ? 3 : 0));
            for (var k = 0; k < classes; k++)
                row[k] /= sum;
        }
        predictions = new Predictions(values, classes);
    }

    [Benchmark]
    public int Find() => LabelIssueFinder.Find(labels, predictions).Ranked.Length;

    [Benchmark]
    public double[] Quality() => LabelQuality.Score(labels, predictions, LabelQualityScore.SelfConfidence);

    [Benchmark]
    public int[,] ConfidentJoint() => ConfidentLearning.ConfidentJoint(labels, predictions).Counts;
}
