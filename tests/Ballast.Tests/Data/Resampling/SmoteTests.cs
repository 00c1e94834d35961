using Ballast.Core;
using Ballast.Data.Resampling;
using FsCheck.Xunit;

namespace Ballast.Tests.Data.Resampling;

public sealed class SmoteTests
{
    [Property(MaxTest = 30)]
    public void Minority_rows_lie_on_segments_between_neighbours(int seed, byte extra)
    {
        var data = ResamplingData.Make([40 + extra, 12], numeric: 4, seed: seed);

        var result = new Smote(new SmoteOptions { Neighbors = 3, Seed = seed, Standardize = Standardize.Off }).Resample(data);

        Assert.Equal(result.Classes[0].After, result.Classes[1].After);
        var own = data.RowsOf(1);
        for (var i = data.Count; i < result.Dataset.Count; i++)
        {
            var origin = result.Origins[i];
            Assert.InRange(origin.Step, 0, 1);
            var (from, to) = (data.Row(origin.Row).ToArray(), data.Row(origin.NeighbourRow).ToArray());
            for (var j = 0; j < from.Length; j++)
                Assert.Equal((float)(from[j] + origin.Step * ((double)to[j] - from[j])), result.Dataset.Row(i)[j]);
            Assert.Contains(origin.NeighbourRow, own.Where(r => r != origin.Row).OrderBy(r => Distance(data, origin.Row, r)).ThenBy(r => r).Take(3));
        }
    }

    [Fact]
    public void Fewer_rows_are_a_prefix_of_more()
    {
        var data = ResamplingData.Make([100, 20]);
        ResampleResult Grow(int rows) => new Smote(new SmoteOptions { Target = ResamplingTarget.Counts(new Dictionary<int, int> { [1] = rows }) }).Resample(data);

        var (few, many) = (Grow(50), Grow(80));

        Assert.Equal(few.Dataset.Features.ToArray(), many.Dataset.Features.ToArray()[..few.Dataset.Features.Length]);
    }

    [Theory]
    [InlineData(500, 100)]
    [InlineData(250, 40)]
    [InlineData(100, 20)]
    [InlineData(55, 11)]
    [InlineData(1, 0)]
    public void Percentages_count_as_in_the_paper(double percent, int made)
    {
        var data = ResamplingData.Make([100, 20]);

        var result = new Smote(new SmoteOptions { Target = ResamplingTarget.Percentage(percent) }).Resample(data);

        var uses = result.Origins.Skip(data.Count).CountBy(origin => origin.Row).ToDictionary();
        Assert.Equal(20 + made, result.Classes[1].After);
        Assert.All(uses.Values, used => Assert.Equal(percent < 100 ? 1 : (int)(percent / 100), used));
    }

    [Fact]
    public void A_ratio_is_minority_over_majority_after()
    {
        var result = new Smote(new SmoteOptions { Target = ResamplingTarget.Ratio(0.57) }).Resample(ResamplingData.Make([101, 20]));

        Assert.Equal(57, result.Classes[1].After);
    }

    [Fact]
    public void Targets_that_cannot_be_reached_are_refused()
    {
        var data = ResamplingData.Make([100, 20]);
        void Grow(ResamplingTarget target) => new Smote(new SmoteOptions { Target = target }).Resample(data);

        Assert.Contains("cannot remove rows", Assert.Throws<ArgumentException>(() => Grow(ResamplingTarget.Ratio(0.1))).Message);
        Assert.Contains("cannot remove rows", Assert.Throws<ArgumentException>(() => Grow(ResamplingTarget.Counts([100, 19]))).Message);
        Assert.Throws<ArgumentException>(() => Grow(ResamplingTarget.Counts(new Dictionary<int, int> { [2] = 19 })));
        Assert.Throws<ArgumentOutOfRangeException>(() => ResamplingTarget.Percentage(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ResamplingTarget.Ratio(double.NaN));
        Assert.Throws<ArgumentException>(() => new Smote(new SmoteOptions { Target = ResamplingTarget.Ratio(0.9) }).Resample(ResamplingData.Make([50, 20, 20])));
        Assert.Throws<ArgumentException>(() => new RandomUnderSampler(ResamplingTarget.Counts([101, 20])).Resample(data));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmoteOptions { Neighbors = 0 });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whole_number_columns_stay_whole_where_asked(bool round)
    {
        var data = ResamplingData.Make([60, 20], numeric: 2);
        for (var i = 0; i < data.Count; i++)
            data = ResamplingData.With(data, i, 1, MathF.Round(4 * data.Row(i)[1]));

        var made = new Smote(new SmoteOptions { RoundIntegerColumns = round }).Resample(data).Dataset;

        var rows = Enumerable.Range(data.Count, made.Count - data.Count).ToArray();
        Assert.Equal(round, rows.All(i => made.Row(i)[1] % 1 == 0));
        Assert.Contains(rows, i => made.Row(i)[0] % 1 != 0);
    }

    [Fact]
    public void Standardizing_makes_neighbours_independent_of_units()
    {
        var data = ResamplingData.Make([80, 25], numeric: 2);
        var scaled = data;
        for (var i = 0; i < data.Count; i++)
            scaled = ResamplingData.With(scaled, i, 1, 1024 * data.Row(i)[1]);
        ResampleResult Grow(Dataset rows, Standardize standardize) => new Smote(new SmoteOptions { Standardize = standardize }).Resample(rows);
        static int[] Neighbours(ResampleResult result) => [.. result.Origins.Select(origin => origin.NeighbourRow)];

        Assert.Equal(Neighbours(Grow(data, Standardize.On)), Neighbours(Grow(scaled, Standardize.On)));
        Assert.Equal(Neighbours(Grow(scaled, Standardize.On)), Neighbours(Grow(scaled, Standardize.Auto)));
        Assert.Equal(Neighbours(Grow(data, Standardize.Off)), Neighbours(Grow(data, Standardize.Auto)));
        Assert.NotEqual(Neighbours(Grow(scaled, Standardize.On)), Neighbours(Grow(scaled, Standardize.Off)));
        Assert.Contains(Grow(scaled, Standardize.Auto).Notes, note => note.Contains("standardized") && note.Contains("'n1'"));
    }

    [Theory]
    [InlineData(2, 0, "SMOTE")]
    [InlineData(2, 1, "SMOTE-NC")]
    [InlineData(0, 2, "SMOTE-N")]
    public void The_column_kinds_decide_the_member_and_the_others_name_it(int numeric, int categorical, string member)
    {
        var data = ResamplingData.Make([40, 15], numeric, categorical);
        IResampler[] family = [new Smote(), new SmoteNc(), new SmoteN()];

        Assert.Equal(member, SmoteFamily.For(data).Name);
        Assert.Contains(new SmoteFamily().Resample(data).Notes, note => note.StartsWith($"{member} was picked"));
        foreach (var other in family.Where(resampler => resampler.Name != member))
            Assert.EndsWith($"use {member}. (Parameter 'data')", Assert.Throws<ArgumentException>(() => other.Resample(data)).Message);
    }

    [Fact]
    public void Categories_are_the_majority_of_the_neighbours_without_the_base()
    {
        // Five rows on a line; the base 0 has category 0, its neighbours vote 1, 1, 2.
        var rows = new float[] { 0, 0, 1, 1, 2, 1, 3, 2, 99, 0, 1, 0, 2, 1, 3, 0, 4, 1, 5, 0 };
        FeatureColumn[] columns = [FeatureColumn.Numeric("n"), FeatureColumn.Categorical("c", ["a", "b", "c"])];
        int[] labels = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0];
        var data = new Dataset(rows, 10, columns, labels: labels, classNames: ["common", "rare"]);

        var made = new SmoteNc(new SmoteOptions { Neighbors = 3 }).Resample(data);

        var fromFirst = Enumerable.Range(10, made.Dataset.Count - 10).Where(i => made.Origins[i].Row == 0).ToArray();
        Assert.All(fromFirst, i => Assert.Equal(1, made.Dataset.Row(i)[1]));
        Assert.Equal([1], SmoteCore.MostFrequent([1, 2, 1]));
        Assert.Equal([0, 2], SmoteCore.MostFrequent([2, 0]));
    }

    [Fact]
    public void Numeric_columns_that_do_not_vary_leave_categories_a_price_of_one_and_a_warning()
    {
        var data = ResamplingData.Make([40, 15], numeric: 1, categorical: 2);
        foreach (var i in data.RowsOf(1))
            data = ResamplingData.With(data, i, 0, 7);

        var result = new SmoteNc().Resample(data);

        Assert.Contains(result.Warnings, warning => warning.Contains("'class 1'") && warning.Contains("counts 1"));
    }

    [Property(MaxTest = 20)]
    public void Smote_n_takes_the_majority_of_the_base_and_its_neighbours(int seed)
    {
        var data = ResamplingData.Make([50, 14], numeric: 0, categorical: 3, seed: seed);
        int[] codes = [.. data.Features.ToArray().Select(v => (int)v)];
        var metric = new ValueDifferenceMetric(codes, 3, data.Labels.Span, 2);
        var own = data.RowsOf(1);

        var result = new SmoteN(new SmoteOptions { Neighbors = 4, Seed = seed }).Resample(data);

        for (var i = data.Count; i < result.Dataset.Count; i++)
        {
            var parent = result.Origins[i].Row;
            int[] voters =
            [
                parent,
                .. own.Where(r => r != parent)
                    .OrderBy(r => metric.Distance(codes.AsSpan(3 * parent, 3), codes.AsSpan(3 * r, 3))).ThenBy(r => r).Take(4),
            ];
            for (var f = 0; f < 3; f++)
                Assert.Equal(voters.Select(r => codes[3 * r + f]).GroupBy(v => v).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).First().Key, result.Dataset.Row(i)[f]);
        }
    }

    [Property(MaxTest = 20)]
    public void Value_differences_are_symmetric_zero_for_the_same_and_at_most_two(int seed)
    {
        var random = RandomStream.For(seed, "codes");
        int[] codes = [.. Enumerable.Range(0, 60).Select(_ => random.Next(5))];
        int[] labels = [.. Enumerable.Range(0, 30).Select(_ => random.Next(3))];
        var metric = new ValueDifferenceMetric(codes, 2, labels, 3);

        for (var v = 0; v < 7; v++)         // 5 and 6 never occur: P = 0
            for (var w = 0; w < 7; w++)
            {
                Assert.Equal(metric.Delta(0, v, w), metric.Delta(0, w, v));
                Assert.InRange(metric.Delta(1, v, w), 0, 2 + 1e-12);
                Assert.True(v != w || metric.Delta(0, v, w) == 0);
            }
    }

    private static double Distance(Dataset data, int a, int b) =>
        data.Row(a).ToArray().Zip(data.Row(b).ToArray(), (x, y) => ((double)x - y) * ((double)x - y)).Sum();
}
