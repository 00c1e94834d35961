using Ballast.Core;
using Ballast.Data.Resampling;
using Ballast.Numerics.Neighbors;
using BenchmarkDotNet.Attributes;

namespace Ballast.Benchmarks;

/// <summary>The SMOTE family at 200,000 x 30 with 2% minority rows, and cleaning at 20,000 x 16.</summary>
[MemoryDiagnoser]
public class ResamplingBenchmarks
{
    private Dataset large = null!, small = null!;

    [GlobalSetup]
    public void Setup() => (large, small) = (RareClass(200_000, 30, 0.02), RareClass(20_000, 16, 0.2));

    [Benchmark]
    public ResampleResult Smote() => new Smote().Resample(large);

    [Benchmark]
    public ResampleResult BorderlineSmote() => new BorderlineSmote().Resample(large);

    [Benchmark]
    public ResampleResult Adasyn() => new Adasyn().Resample(large);

    [Benchmark]
    public ResampleResult EditedNearestNeighbours() => new EditedNearestNeighbours { Classes = CleanedClasses.All }.Resample(small);

    /// <summary>Gaussian rows; the rare class is shifted by 0.7 in every column.</summary>
    internal static Dataset RareClass(int count, int width, double share)
    {
        var random = RandomStream.For(3, "benchmark rows");
        var labels = new int[count];
        var features = new float[count * width];
        for (var i = 0; i < count; i++)
        {
            labels[i] = random.NextDouble() < share ? 1 : 0;
            for (var j = 0; j < width; j++)
                features[i * width + j] = (float)(random.NextGaussian() + 0.7 * labels[i]);
        }
        return new Dataset(features, count, [.. Enumerable.Range(0, width).Select(j => FeatureColumn.Numeric($"f{j}"))], labels: labels, classNames: ["common", "rare"]);
    }
}

/// <summary>Both ways of searching neighbours over numbers of coordinates: where the tree stops paying.</summary>
public class NeighbourBenchmarks
{
    private PointSet points = null!;

    [Params(2, 4, 6, 8, 12)]
    public int Width { get; set; }

    [Params(NeighbourSearch.Blocked, NeighbourSearch.Tree)]
    public NeighbourSearch Search { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = RandomStream.For(1, "benchmark points");
        points = new PointSet([.. Enumerable.Range(0, 20_000 * Width).Select(_ => random.NextGaussian())], 20_000, Width);
    }

    [Benchmark]
    public NeighbourTable FiveNearest() => NearestNeighbours.Within(points, 5, Search);
}
