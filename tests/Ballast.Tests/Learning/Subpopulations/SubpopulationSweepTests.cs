using Ballast.Core;
using Ballast.Learning.Subpopulations;
using Ballast.Tests.Learning.Training;

namespace Ballast.Tests.Learning.Subpopulations;

[Collection(TorchMemory.Name)]
public sealed class SubpopulationSweepTests
{
    private static readonly SweepOptions Small = new() { Count = 4, Widths = [4, 8], BatchSizes = [16], Checkpoints = [1, 3], Seed = 2 };

    [Fact]
    public void Every_training_gives_a_point_a_checkpoint_whatever_the_parallelism()
    {
        var (train, test) = (Grouped(1, 90), Grouped(2, 60));

        var points = SubpopulationSweep.Run(train, test, minority: 1, Small);

        Assert.Equal([(0, 1), (0, 3), (1, 1), (1, 3), (2, 1), (2, 3), (3, 1), (3, 3)], points.Select(p => (p.Point.Run!.Value, p.Epoch)));
        Assert.Equal(points, SubpopulationSweep.Run(train, test, minority: 1, Small with { Parallelism = 3 }));
        Assert.NotEqual(points, SubpopulationSweep.Run(train, test, minority: 1, Small with { Seed = 3 }));
        Assert.All(points, p => Assert.Equal((test.Groups.ToArray().Count(g => g == 0), test.Groups.ToArray().Count(g => g == 1)), (p.Point.MajorityTotal, p.Point.MinorityTotal)));
    }

    [Fact]
    public void Configurations_stay_in_their_ranges_and_more_begin_with_the_fewer()
    {
        var many = SubpopulationSweep.Configurations(new SweepOptions { Count = 200 });

        Assert.Equal(many.Take(20), SubpopulationSweep.Configurations(new SweepOptions { Count = 20 }));
        Assert.All(many, c => Assert.InRange(Math.Log10(c.LearningRate), -3.3, -1.8));
        Assert.All(many, c => Assert.InRange(Math.Log10(c.WeightDecay), -6, -3));
        Assert.Equal([8, 16, 32, 64, 128], many.Select(c => c.Width).Distinct().Order());
        Assert.Equal([32, 64, 128], many.Select(c => c.BatchSize).Distinct().Order());
    }

    [Fact]
    public void Networks_start_at_chance()
    {
        using var network = SubpopulationSweep.Perceptron(Grouped(1, 30), SubpopulationSweep.Configurations(Small)[0]);

        Assert.Equal(0, network.LinearHead!.weight.abs().max().item<float>());
    }

    [Fact]
    public void Bad_input_is_named_and_cancellation_stops()
    {
        var (train, test) = (Grouped(1, 90), Grouped(2, 60));
        var plain = TrainingSamples.Blobs(20, 20);

        Assert.Throws<ArgumentException>(() => SubpopulationSweep.Run(plain, plain, minority: 1, Small));
        Assert.Contains("no minority", Assert.Throws<ArgumentException>(() => SubpopulationSweep.Run(train, test, minority: 0, Small)).Message);
        Assert.Contains("minority", Assert.Throws<ArgumentException>(() => SubpopulationSweep.Run(train, test, minority: 2, Small)).Message);
        Assert.Throws<ArgumentException>(() => SubpopulationSweep.Configurations(Small with { Checkpoints = [2, 2] }));
        Assert.Throws<ArgumentException>(() => SubpopulationSweep.Configurations(Small with { Widths = [] }));
        Assert.Throws<ArgumentException>(() => SubpopulationSweep.Configurations(Small with { LogRate = (-1, -2) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SweepOptions { Count = 0 });
        Assert.ThrowsAny<OperationCanceledException>(() => SubpopulationSweep.Run(train, test, minority: 1, Small, cancellation: new CancellationToken(true)));
    }

    private static Dataset Grouped(int seed, int rows)
    {
        var blobs = TrainingSamples.Blobs(seed, [rows / 2, rows - rows / 2]);
        return new Dataset(blobs.Features, blobs.Count, blobs.Columns, labels: blobs.Labels, classNames: blobs.ClassNames,
            groups: Enumerable.Range(0, rows).Select(i => i % 4 == 0 ? 1 : 0).ToArray(), groupNames: ["large", "small", "absent"]);
    }
}
