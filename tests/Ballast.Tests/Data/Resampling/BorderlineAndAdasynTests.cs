using Ballast.Core;
using Ballast.Data.Resampling;
using FsCheck.Xunit;

namespace Ballast.Tests.Data.Resampling;

public sealed class BorderlineAndAdasynTests
{
    [Property(MaxTest = 20)]
    public void Bases_are_in_danger_and_kind_1_stays_within_the_class(int seed)
    {
        var data = ResamplingData.Make([80, 30], seed: seed);

        var result = new BorderlineSmote(Options(seed)).Resample(data);

        var danger = Danger(data);
        Assert.Equal(danger.Count > 0 ? 80 : 30, result.Classes[1].After);
        Assert.All(result.Origins.Skip(data.Count), origin =>
        {
            Assert.Contains(origin.Row, danger);
            Assert.Equal(1, data.Labels.Span[origin.NeighbourRow]);
        });
    }

    [Property(MaxTest = 20)]
    public void Kind_2_goes_less_than_half_way_towards_another_class(int seed)
    {
        var data = ResamplingData.Make([80, 30], seed: seed);

        var made = new BorderlineSmote(Options(seed)) { Kind = BorderlineKind.Kind2 }.Resample(data).Origins.Skip(data.Count).ToArray();

        var danger = Danger(data);
        Assert.All(made, origin => Assert.Contains(origin.Row, danger));
        Assert.All(made, origin => Assert.InRange(origin.Step, 0, data.Labels.Span[origin.NeighbourRow] == 1 ? 1 : 0.5));
        Assert.All(made, origin => Assert.Contains(origin.NeighbourRow, Nearest(data, origin.Row, 5)));
    }

    [Fact]
    public void A_class_apart_from_the_others_stays_as_it_is_and_is_named()
    {
        var data = ResamplingData.Make([40, 20]);
        foreach (var i in data.RowsOf(1))
            data = ResamplingData.With(data, i, 0, 1000 + data.Row(i)[0]);

        foreach (var resampler in new IResampler[] { new BorderlineSmote(Options(0)), new Adasyn(Options(0)) })
        {
            var result = resampler.Resample(data);

            Assert.Equal(20, result.Classes[1].After);
            Assert.Contains(result.Warnings, warning => warning.Contains("'class 1' stays as it is"));
        }
    }

    [Property(MaxTest = 20)]
    public void Adasyn_shares_new_rows_by_foreign_neighbours_and_meets_the_target(int seed)
    {
        var data = ResamplingData.Make([80, 30], seed: seed);

        var result = new Adasyn(Options(seed)).Resample(data);

        var own = data.RowsOf(1);
        int[] foreign = [.. own.Select(row => Nearest(data, row, 5).Count(near => data.Labels.Span[near] != 1))];
        var made = result.Origins.Skip(data.Count).ToArray();
        Assert.Equal(80, result.Classes[1].After);
        for (var place = 0; place < own.Length; place++)
            Assert.Equal(50.0 * foreign[place] / foreign.Sum(), made.Count(origin => origin.Row == own[place]), 1.0);
    }

    [Fact]
    public void Apportioning_gives_floors_then_largest_remainders()
    {
        // Quotas of 7: 2.8, 2.8, 1.4, 0: floors 2, 2, 1, 0; the two rows left go to the two remainders of 0.8.
        Assert.Equal([3, 3, 1, 0], Adasyn.Apportion([4, 4, 2, 0], 7)!);
        Assert.Equal([1, 0, 0], Adasyn.Apportion([1, 1, 1], 1)!);
        Assert.Null(Adasyn.Apportion([0, 0], 5));
    }

    private static SmoteOptions Options(int seed) => new() { Seed = seed, Standardize = Standardize.Off };

    private static List<int> Danger(Dataset data) =>
        [.. data.RowsOf(1).Where(row => Nearest(data, row, 10).Count(near => data.Labels.Span[near] != 1) is >= 5 and < 10)];

    private static int[] Nearest(Dataset data, int row, int k) =>
    [
        .. Enumerable.Range(0, data.Count).Where(r => r != row)
            .OrderBy(r => data.Row(row).ToArray().Zip(data.Row(r).ToArray(), (x, y) => ((double)x - y) * ((double)x - y)).Sum()).ThenBy(r => r).Take(k),
    ];
}
