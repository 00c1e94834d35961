using Ballast.Core;
using Ballast.Data.Resampling;
using Ballast.Numerics.Neighbors;
using FsCheck.Xunit;

namespace Ballast.Tests.Data.Resampling;

public sealed class SamplersAndCleanersTests
{
    [Theory]
    [InlineData(5, 100)]
    [InlineData(25, 80)]
    [InlineData(100, 20)]
    [InlineData(150, 13)]
    [InlineData(200, 10)]
    [InlineData(5000, 0)]
    public void Under_sampling_percentages_are_relative_to_the_minority(double percent, int kept)
    {
        var result = new RandomUnderSampler(ResamplingTarget.Percentage(percent)).Resample(ResamplingData.Make([100, 20]));

        Assert.Equal([kept, 20], result.Dataset.ClassCounts());
    }

    [Fact]
    public void Made_minority_rows_count_only_where_asked()
    {
        var data = ResamplingData.Make([100, 20]);
        var target = ResamplingTarget.Percentage(100);
        foreach (var grow in new IResampler[] { new Smote(), new RandomOverSampler() })
        {
            var grown = grow.Resample(data).Dataset;

            Assert.Equal([20, 100], new RandomUnderSampler(target).Resample(grown).Dataset.ClassCounts());
            Assert.Equal([100, 100], new RandomUnderSampler(target) { RelativeTo = UnderSamplingBase.GivenMinority }.Resample(grown).Dataset.ClassCounts());
        }
    }

    [Fact]
    public void Under_sampling_keeps_distinct_rows_in_order()
    {
        var result = new RandomUnderSampler(ResamplingTarget.Ratio(0.5)).Resample(ResamplingData.Make([100, 20]));

        var ids = result.Dataset.RowIds.ToArray();
        Assert.Equal([40, 20], result.Dataset.ClassCounts());
        Assert.Equal(ids.Distinct().Order(), ids);
    }

    [Fact]
    public void Over_sampling_keeps_every_row_and_copies_the_rest()
    {
        var data = ResamplingData.Make([100, 20]);

        var result = new RandomOverSampler().Resample(data);

        Assert.Equal([100, 100], result.Dataset.ClassCounts());
        Assert.Equal(data.RowIds.ToArray(), result.Dataset.RowIds.ToArray()[..120]);
        Assert.All(result.Origins.Skip(120), origin => Assert.Equal(RowOriginKind.Copied, origin.Kind));
    }

    [Property(MaxTest = 25)]
    public void Edited_rows_are_those_whose_neighbours_disagree(int seed, bool mode, bool all)
    {
        var data = ResamplingData.Make([30, 12, 18], seed: seed);
        var points = PointSet.FromFloats(data.Features.Span, data.Width);
        var labels = data.Labels.ToArray();
        bool Stays(int row)
        {
            var votes = Enumerable.Range(0, data.Count).Where(r => r != row).OrderBy(r => points.SquaredDistance(row, r)).ThenBy(r => r).Take(4).Select(r => labels[r]).ToArray();
            var winner = votes.GroupBy(v => v).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).First().Key;
            return mode ? winner == labels[row] : votes.All(v => v == labels[row]);
        }

        var editor = new EditedNearestNeighbours
        {
            K = 4,
            Rule = mode ? NeighbourRule.Mode : NeighbourRule.All,
            Classes = all ? CleanedClasses.All : CleanedClasses.NotMinority,
            Standardize = Standardize.Off,
        };

        Assert.Equal(
            Enumerable.Range(0, data.Count).Where(row => (!all && labels[row] == 1) || Stays(row)),
            editor.Resample(data).Origins.Select(origin => origin.Row));
    }

    [Fact]
    public void A_class_that_cleaning_erases_is_named()
    {
        // Each rare row sits between two common ones.
        var values = Enumerable.Range(0, 30).Select(i => (float)i).ToArray();
        var labels = Enumerable.Range(0, 30).Select(i => i % 3 == 1 ? 1 : 0).ToArray();
        var data = new Dataset(values, 30, [FeatureColumn.Numeric("n")], labels: labels, classNames: ["common", "rare"]);

        var result = new EditedNearestNeighbours { Classes = CleanedClasses.All }.Resample(data);

        Assert.Contains(result.Warnings, warning => warning.Contains("'rare' is left with 0 of 10 rows"));
    }

    [Fact]
    public void Mixed_columns_are_cleaned_with_the_price_of_a_category()
    {
        // Equal numbers, so that the category alone says which rows are near.
        var data = ResamplingData.Make([20, 20], numeric: 1, categorical: 1);
        for (var i = 0; i < data.Count; i++)
            data = ResamplingData.With(ResamplingData.With(data, i, 0, 1), i, 1, data.Labels.Span[i]);

        var result = new EditedNearestNeighbours { Classes = CleanedClasses.All }.Resample(data);

        Assert.Equal(40, result.Dataset.Count);
    }

    [Fact]
    public void Cleaning_after_growing_may_remove_made_and_original_rows()
    {
        var data = ResamplingData.Make([100, 25]);

        var result = new SmoteEnn().Resample(data);

        Assert.InRange(result.Origins.Count(origin => origin.Kind == RowOriginKind.Original), 1, 124);
        Assert.InRange(result.Origins.Count(origin => origin.Kind == RowOriginKind.Synthetic), 1, 74);
        Assert.Equal([100, 25], result.Classes.Select(c => c.Before));
    }

    [Fact]
    public void Class_weights_give_every_class_the_same_total()
    {
        var data = ResamplingData.Make([60, 0, 30]);

        var weights = ClassWeights.Balanced(data.ClassCounts());

        Assert.Equal([0.75, 0, 1.5], weights);
        Assert.Equal(90, ClassWeights.Apply(data, weights).Weights.ToArray().Sum(w => (double)w), 1e-4);
        Assert.Equal([1, 7, 1], ClassWeights.LossRatio(3, 1, 7));
    }
}
