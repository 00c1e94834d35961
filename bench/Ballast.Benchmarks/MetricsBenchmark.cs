using Ballast.Core;
using Ballast.Evaluation.Calibration;
using Ballast.Evaluation.Metrics;
using BenchmarkDotNet.Attributes;

namespace Ballast.Benchmarks;

/// <summary>Metrics with 1000 bootstrap draws, and calibration error. NumPy's ECE of 1,000,000 x 10 takes 150 ms on two cores.</summary>
[MemoryDiagnoser]
public class MetricsBenchmark
{
    private int[] labels = [];
    private double[] scores = [];
    private double[] other = [];
    private Predictions probabilities = new([1], 1);
    private int[] classes = [];

    [Params(100_000, 1_000_000)]
    public int Rows { get; set; }

    [Params(0.002, 0.3)]
    public double Prevalence { get; set; }

    [GlobalSetup]
    public void Draw()
    {
        var random = RandomStream.For(1, "benchmark");
        (labels, scores, other, classes) = (new int[Rows], new double[Rows], new double[Rows], new int[Rows]);
        var values = new double[10 * Rows];
        for (var i = 0; i < Rows; i++)
        {
            labels[i] = random.NextDouble() < Prevalence ? 1 : 0;
            scores[i] = 1 / (1 + Math.Exp(2 - 2 * labels[i] - random.NextGaussian()));
            other[i] = 1 / (1 + Math.Exp(2 - 2 * labels[i] - random.NextGaussian()));
            var row = values.AsSpan(10 * i, 10);
            var sum = 0.0;
            foreach (ref var value in row)
                sum += value = Math.Exp(2 * random.NextGaussian());
            foreach (ref var value in row)
                value /= sum;
            classes[i] = random.Next(10);
        }
        probabilities = new Predictions(values, 10);
    }

    [Benchmark]
    public BinaryReport Binary_report_with_intervals() => BinaryMetrics.FromScores(labels, scores, 0.3);

    [Benchmark]
    public IReadOnlyDictionary<RankingMetric, Estimate> Paired_difference_of_scores() => ScoreComparison.Run(labels, scores, other);

    [Benchmark]
    public double Calibration_error() => CalibrationError.TopLabel(probabilities, classes);

    [Benchmark]
    public double Classwise_calibration_error() => CalibrationError.Classwise(probabilities, classes);
}
