using Ballast.Core;
using Ballast.Data.Duplicates;

namespace Ballast.Tests.Data.Duplicates;

public sealed class DuplicateCutTests
{
    [Fact]
    public void Odd_rows_as_far_as_decoys_are_no_copies()
    {
        var random = RandomStream.For(1, "cut");
        double[] chance = [.. Enumerable.Range(0, 2000).Select(_ => random.NextDouble()).Order()];
        double[] observed = [.. Enumerable.Range(0, 200).Select(_ => random.NextDouble()).Order()];

        Assert.True(observed.Count(d => d <= OffGridPairs.Cut(observed, chance)) <= 4);
    }

    [Fact]
    public void Odd_rows_nearer_than_decoys_are_copies_and_the_cut_stops_where_they_end()
    {
        var random = RandomStream.For(2, "cut");
        double[] chance = [.. Enumerable.Range(0, 2000).Select(_ => random.NextDouble()).Order()];
        double[] observed = [.. Enumerable.Range(0, 100).Select(_ => 0.02 * random.NextDouble()), .. Enumerable.Range(0, 100).Select(_ => random.NextDouble())];

        var cut = OffGridPairs.Cut([.. observed.Order()], chance);

        Assert.InRange(observed[..100].Count(d => d <= cut), 95, 100);
        Assert.True(observed[100..].Count(d => d <= cut) <= 12);
    }

    // Of five uniform neighbours within the sixth, the nearest and second nearest in m dimensions, m differing from row to row.
    [Fact]
    public void Neighbours_by_chance_in_mixed_dimensions_are_not_near()
    {
        var random = RandomStream.For(3, "cut");
        var (near, next) = (new double[5000], new double[5000]);
        for (var i = 0; i < near.Length; i++)
        {
            var dimension = 1 + random.Next(8);
            double[] ratios = [.. Enumerable.Range(0, 5).Select(_ => Math.Pow(random.NextDouble(), 1.0 / dimension)).Order()];
            (near[i], next[i]) = (ratios[0], ratios[1]);
        }
        var natural = NearPairs.Cut(near, next);
        Assert.True(near.Count(r => r <= natural) <= 10);

        for (var i = 0; i < 100; i++)
            near[i] = 1e-5 * random.NextDouble();
        var cut = NearPairs.Cut(near, next);
        Assert.True(near[..100].Count(r => r <= cut) >= 95);
        Assert.True(near[100..].Count(r => r <= cut) <= 30);
    }
}
