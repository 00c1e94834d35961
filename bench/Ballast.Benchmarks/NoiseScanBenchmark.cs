using Ballast.Core;
using Ballast.Evaluation.Slices.Noise;
using BenchmarkDotNet.Attributes;

namespace Ballast.Benchmarks;

/// <summary>The search for parts with wrong labels: 100,000 rows of 20 or 77 numeric columns (190 or 2,926 pairs), two classes, 5% of the labels wrong and 40% in a planted part.</summary>
[MemoryDiagnoser]
public class NoiseScanBenchmark
{
    private Dataset? data;
    private Predictions? predictions;

    /// <summary>Columns of the table.</summary>
    [Params(20, 77)]
    public int Columns { get; set; }

    /// <summary>Makes the table.</summary>
    [GlobalSetup]
    public void Setup()
    {
        const int rows = 100_000;
        var random = RandomStream.For(1, "noise scan benchmark");
        var (features, labels, values) = (new float[rows * Columns], new int[rows], new double[rows * 2]);
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < Columns; j++)
                features[(i * Columns) + j] = (float)random.NextDouble();
            var p = random.NextDouble();
            (values[2 * i], values[(2 * i) + 1]) = (1 - p, p);
            labels[i] = random.NextDouble() < p ? 1 : 0;
            if (random.NextDouble() < (features[i * Columns] < 0.3 && features[(i * Columns) + 1] > 0.6 ? 0.4 : 0.05))
                labels[i] = 1 - labels[i];
        }
        data = new Dataset(features, rows, [.. Enumerable.Range(0, Columns).Select(j => FeatureColumn.Numeric($"x{j}"))], labels: labels, classNames: ["no", "yes"]);
        predictions = new Predictions(values, 2);
    }

    /// <summary>Finds the part, and looks for a second one.</summary>
    [Benchmark]
    public int Find() => new NoiseScan().Find(data!, predictions!).Regions.Count;
}
