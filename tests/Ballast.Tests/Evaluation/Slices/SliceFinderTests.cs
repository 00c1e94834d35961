using Ballast.Core;
using Ballast.Evaluation.Slices;

namespace Ballast.Tests.Evaluation.Slices;

public sealed class SliceFinderTests
{
    private static readonly string[] Jobs = ["fixed", "free", "none", "it's complicated"];

    /// <summary>Age 18..79 in whole years, income with missing values, one of four jobs.</summary>
    private static Dataset People(int count, int seed)
    {
        var random = RandomStream.For(seed, "people");
        var features = new float[count * 3];
        for (var i = 0; i < count; i++)
        {
            features[3 * i] = 18 + random.Next(62);
            features[3 * i + 1] = random.NextDouble() < 0.1 ? float.NaN : (float)Math.Exp(10 + random.NextGaussian());
            features[3 * i + 2] = random.Next(Jobs.Length);
        }
        return new Dataset(features, count, [FeatureColumn.Numeric("age"), FeatureColumn.Numeric("income"), FeatureColumn.Categorical("job", Jobs)]);
    }

    private static bool[] Errors(Dataset data, int seed, Func<float[], double> rate)
    {
        var random = RandomStream.For(seed, "errors");
        return [.. Enumerable.Range(0, data.Count).Select(i => random.NextDouble() < rate(data.Row(i).ToArray()))];
    }

    [Fact]
    public void Numbers_in_conditions_are_written_as_a_user_would()
    {
        // A midpoint of two numbers in single precision, one such number, and a plain one.
        Assert.Equal("x < 207.65", new RangeCondition(0, "x", double.NegativeInfinity, 207.64999999999998).ToString());
        Assert.Equal("x >= 159.1", new RangeCondition(0, "x", 159.1f, double.PositiveInfinity).ToString());
        Assert.Equal("0.5 <= x < 12", new RangeCondition(0, "x", 0.5, 12).ToString());
    }

    [Fact]
    public void A_planted_slice_is_found_and_named_in_the_users_words()
    {
        var data = People(6000, seed: 1);
        var errors = Errors(data, 1, row => row[0] >= 40 && row[2] == 0 ? 0.5 : 0.1);

        var report = new SliceFinder().Find(data, errors);

        var slice = report.Slices[0];
        Assert.Matches("^(age >= (39|40|41|42) and job = 'fixed'|job = 'fixed' and age >= (39|40|41|42))$", slice.Description);
        Assert.InRange(slice.Inside.Value, 0.42, 0.58);
        Assert.True(slice.Outside.Value < 0.15, $"{slice.Outside}");
        Assert.True(slice.AdjustedPValue < 1e-6);
        Assert.Single(report.Slices);
    }

    [Fact]
    public void Missing_values_and_quoted_categories_can_be_slices()
    {
        var data = People(6000, seed: 2);
        var errors = Errors(data, 2, row => float.IsNaN(row[1]) || row[2] == 3 ? 0.5 : 0.1);

        var found = new SliceFinder().Find(data, errors).Slices.Select(slice => slice.Description).ToArray();

        Assert.Contains("income is missing", found);
        Assert.Contains("job = 'it''s complicated'", found);
    }

    [Fact]
    public void A_range_in_the_middle_is_one_condition()
    {
        var data = People(6000, seed: 3);
        var losses = data.Features.Span.ToArray().Chunk(3).Select(row => row[0] is >= 30 and < 40 ? 2.0 : 1.0).ToArray();
        var random = RandomStream.For(3, "losses");
        for (var i = 0; i < losses.Length; i++)
            losses[i] *= -Math.Log(1 - random.NextDouble());

        var slice = new SliceFinder().Find(data, losses).Slices[0];

        var range = Assert.IsType<RangeCondition>(Assert.Single(slice.Conditions));
        Assert.InRange(range.Low, 28, 32);
        Assert.InRange(range.High, 38, 42);
    }

    [Fact]
    public void Pure_noise_gives_no_slice_in_at_least_95_of_100_seeds()
    {
        var withSlices = Enumerable.Range(0, 100).Count(seed =>
        {
            var data = People(2000, seed);
            return new SliceFinder(new SliceFinderOptions { Seed = seed }).Find(data, Errors(data, seed, _ => 0.2)).Slices.Count > 0;
        });

        Assert.InRange(withSlices, 0, 5);
    }

    [Fact]
    public void Skewed_losses_without_slices_give_none_in_at_least_95_of_100_seeds()
    {
        var withSlices = Enumerable.Range(0, 100).Count(seed =>
        {
            var data = People(1000, seed);
            var random = RandomStream.For(seed, "skewed losses");
            var losses = Enumerable.Range(0, data.Count).Select(_ => Math.Exp(random.NextGaussian())).ToArray();
            return new SliceFinder(new SliceFinderOptions { Seed = seed, MinimumRatio = 1 }).Find(data, losses).Slices.Count > 0;
        });

        Assert.InRange(withSlices, 0, 5);
    }

    [Fact]
    public void Rows_of_a_slice_are_exactly_those_that_meet_its_conditions()
    {
        var data = People(4000, seed: 5);
        var report = new SliceFinder().Find(data, Errors(data, 5, row => row[0] < 30 ? 0.6 : 0.1));

        var slice = report.Slices[0];

        var expected = Enumerable.Range(0, data.Count).Where(i => slice.Conditions.All(c => c.Matches(data.Row(i)[c.Feature])));
        Assert.Equal(expected, slice.Rows.ToArray());
        Assert.Equal(2000, report.SearchRows);
        Assert.Equal(2000, slice.Inside.Count + slice.Outside.Count);
    }

    [Fact]
    public void The_order_of_columns_does_not_matter()
    {
        var data = People(4000, seed: 6);
        var errors = Errors(data, 6, row => row[0] >= 60 && row[2] == 1 ? 0.6 : 0.1);

        var one = new SliceFinder().Find(data, errors).Slices[0];
        var two = new SliceFinder().Find(data.SelectColumns([2, 0, 1]), errors).Slices[0];

        Assert.Equal(one.Rows.ToArray(), two.Rows.ToArray());
        Assert.Equal(one.PValue, two.PValue);
    }

    [Theory]
    [InlineData(39, 40, 40)]
    [InlineData(37, 38, 38)]
    [InlineData(0.12345, 0.12399, 0.1239)]
    [InlineData(0.2, 0.7, 0.7)]
    [InlineData(899, 1203, 1000)]
    [InlineData(1150, 1203, 1200)]
    [InlineData(-3.7, -2.2, -3)]
    public void Cuts_are_the_roundest_number_between_two_values(double below, double above, double expected) =>
        Assert.Equal(expected, BinnedFeatures.RoundBetween(below, above), 12);

    [Fact]
    public void Losses_must_be_finite_and_as_many_as_rows()
    {
        var data = People(100, seed: 7);

        Assert.Throws<ArgumentException>(() => new SliceFinder().Find(data, new double[99]));
        Assert.Throws<ArgumentException>(() => new SliceFinder().Find(data, [.. Enumerable.Repeat(double.NaN, 100)]));
    }
}
