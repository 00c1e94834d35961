using Ballast.Core;
using Ballast.Data.LabelErrors;
using FsCheck;
using FsCheck.Xunit;

namespace Ballast.Tests.Data.LabelErrors;

public sealed class LabelIssueFinderTests
{
    private static readonly LabelIssueFilter[] Filters = Enum.GetValues<LabelIssueFilter>();

    [Property(MaxTest = 60)]
    public bool Flags_agree_with_the_naive_method(PositiveInt seed)
    {
        var (labels, predictions) = Draw(seed.Get);
        var naive = NaiveLabelIssues.Of(labels, predictions);

        return Filters.All(filter => naive.Flagged(filter).SequenceEqual(
            LabelIssueFinder.Find(labels, predictions, new() { Filter = filter }).Ranked.Order()));
    }

    [Property(MaxTest = 40)]
    public bool Permuted_rows_give_permuted_scores_and_the_same_joint(PositiveInt seed)
    {
        var (labels, predictions) = Draw(seed.Get);
        var order = RandomStream.For(seed.Get, "order").Permutation(labels.Length);
        var permuted = new Predictions([.. order.SelectMany(i => predictions.Row(i).ToArray())], predictions.Classes);

        var straight = LabelIssueFinder.Find(labels, predictions);
        var shuffled = LabelIssueFinder.Find(Array.ConvertAll(order, i => labels[i]), permuted);

        return shuffled.CalibratedJoint.Cast<int>().SequenceEqual(straight.CalibratedJoint.Cast<int>())
            && shuffled.Quality.SequenceEqual(order.Select(i => straight.Quality[i]));
    }

    [Property(MaxTest = 40)]
    public bool Calibrated_rows_sum_to_the_class_counts_and_flags_are_ranked(PositiveInt seed)
    {
        var (labels, predictions) = Draw(seed.Get);

        var issues = LabelIssueFinder.Find(labels, predictions);

        var ranked = issues.Ranked.Zip(issues.Ranked.Skip(1)).All(p =>
            (issues.Quality[p.First], p.First).CompareTo((issues.Quality[p.Second], p.Second)) < 0);
        return ranked
            && issues.Ranked.All(row => issues.Mask[row] && issues.SuggestedLabel[row] != labels[row])
            && Enumerable.Range(0, predictions.Classes).All(k =>
                Enumerable.Range(0, predictions.Classes).Sum(j => issues.CalibratedJoint[k, j]) == issues.ClassCounts[k]);
    }

    [Property(MaxTest = 30)]
    public bool Less_noise_or_more_kept_rows_never_flag_more_by_class(PositiveInt seed)
    {
        var (labels, predictions) = Draw(seed.Get);
        int Flagged(LabelIssueOptions options) => LabelIssueFinder.Find(labels, predictions, options with { Filter = LabelIssueFilter.PruneByClass }).Ranked.Length;

        return Flagged(new() { FracNoise = 0.3 }) <= Flagged(new()) && Flagged(new() { MinExamplesPerClass = 20 }) <= Flagged(new());
    }

    [Fact]
    public void Planted_errors_are_found()
    {
        var (labels, predictions, truth) = DrawWithTruth(seed: 3, rows: 4000, classes: 12, ties: false);

        var issues = LabelIssueFinder.Find(labels, predictions);

        var wrong = issues.Ranked.Count(row => labels[row] != truth[row]);
        var planted = labels.Zip(truth).Count(p => p.First != p.Second);
        Assert.True(wrong >= 0.8 * issues.Ranked.Length, $"{wrong} of {issues.Ranked.Length} flagged rows are wrong.");
        Assert.True(wrong >= 0.8 * planted, $"{wrong} of {planted} wrong rows were flagged.");
    }

    [Fact]
    public void A_custom_number_of_rows_is_taken_from_each_class()
    {
        var (labels, predictions, _) = DrawWithTruth(seed: 5, rows: 900, classes: 3, ties: false);
        int[] wanted = [4, 0, 7];

        var issues = LabelIssueFinder.Find(labels, predictions, new() { Filter = LabelIssueFilter.PruneByClass, NumToRemovePerClass = wanted });

        Assert.Equal(wanted, issues.ByClass().Select(c => c.Flagged));
    }

    [Fact]
    public void A_custom_number_without_estimated_noise_warns()
    {
        var predictions = new Predictions([1, 0, 1, 0, 0, 1, 0, 1], 2);

        var issues = LabelIssueFinder.Find(new[] { 0, 0, 1, 1 }, predictions, new() { NumToRemovePerClass = [1, 0] });

        Assert.Contains(issues.Warnings, w => w.StartsWith("Class 0: no noise was estimated", StringComparison.Ordinal));
        Assert.Empty(issues.Ranked);
    }

    [Fact]
    public void The_calibrated_joint_as_custom_counts_changes_nothing()
    {
        var (labels, predictions) = Draw(11);
        var issues = LabelIssueFinder.Find(labels, predictions);

        var again = LabelIssueFinder.Find(labels, predictions, new() { ConfidentJoint = issues.CalibratedJoint });

        Assert.Equal(issues.Ranked, again.Ranked);
    }

    [Fact]
    public void Rare_classes_show_their_suspects_although_the_filter_skips_them()
    {
        // One row of class 2, which the model is sure belongs to class 0.
        var predictions = new Predictions([.9, .1, 0, .8, .1, .1, .2, .8, 0, .1, .9, 0, .97, .02, .01], 3);
        int[] labels = [0, 0, 1, 1, 2];

        var issues = LabelIssueFinder.Find(labels, predictions);

        Assert.False(issues.Mask[4]);
        Assert.Equal([2], issues.SkippedClasses);
        Assert.Contains("Class 2 was skipped: it has 1 rows, and at least 1 must stay.", issues.Warnings);
        var rare = issues.ByClass(most: 3)[2];
        Assert.Equal([4], rare.Rows);
        Assert.Equal(0, rare.Flagged);
    }

    [Fact]
    public void Clipped_probabilities_are_counted_and_said()
    {
        var predictions = new Predictions([1.00001, -0.00001, 0.2, 0.8], 2);

        var issues = LabelIssueFinder.Find(new[] { 0, 1 }, predictions);

        Assert.Equal(2, issues.ClippedProbabilities);
        Assert.Contains(issues.Warnings, w => w.StartsWith("2 probabilities", StringComparison.Ordinal));
    }

    [Fact]
    public void Labels_that_do_not_fit_are_refused_with_row_and_value()
    {
        var predictions = new Predictions([.5, .5, .5, .5], 2);

        Assert.Contains("Row 2: label 2", Refused(() => LabelIssueFinder.Find(new[] { 0, 2 }, predictions)), StringComparison.Ordinal);
        Assert.Contains("Row 1: label -1", Refused(() => LabelIssueFinder.Find(new[] { -1, 0 }, predictions)), StringComparison.Ordinal);
        Assert.Contains("length 3", Refused(() => LabelIssueFinder.Find(new[] { 0, 1, 1 }, predictions)), StringComparison.Ordinal);
        Assert.Contains("2 different labels", Refused(() => LabelIssueFinder.Find(new[] { 1, 1 }, predictions)), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_do_not_fit_are_refused()
    {
        var predictions = new Predictions([.5, .5, .5, .5], 2);
        int[] labels = [0, 1];
        LabelIssueOptions[] bad =
        [
            new() { FracNoise = 0 }, new() { FracNoise = 1.01 }, new() { FracNoise = double.NaN }, new() { MinExamplesPerClass = -1 },
            new() { NumToRemovePerClass = [0] }, new() { NumToRemovePerClass = [1, 0] }, new() { NumToRemovePerClass = [-1, 0] },
            new() { NumToRemovePerClass = [0, 0], Filter = LabelIssueFilter.PredictedNotGiven }, new() { ConfidentJoint = new int[3, 3] },
            new() { RankBy = LabelQualityScore.ConfidenceWeightedEntropy, AdjustForThresholds = true },
        ];

        Assert.All(bad, options => Assert.ThrowsAny<ArgumentException>(() => LabelIssueFinder.Find(labels, predictions, options)));
    }

    [Fact]
    public void Cancellation_stops_the_search()
    {
        var (labels, predictions) = Draw(1);

        Assert.ThrowsAny<OperationCanceledException>(() => LabelIssueFinder.Find(labels, predictions, cancellation: new CancellationToken(canceled: true)));
    }

    private static string Refused(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;

    internal static (int[] Labels, Predictions Predictions) Draw(int seed)
    {
        var random = RandomStream.For(seed, "sizes");
        var (labels, predictions, _) = DrawWithTruth(seed, 40 + random.Next(500), 2 + random.Next(12), ties: random.Next(2) == 0);
        return (labels, predictions);
    }

    /// <summary>Noisy labels and softmax predictions around the truth; with ties, probabilities are multiples of 1/16.</summary>
    private static (int[] Labels, Predictions Predictions, int[] Truth) DrawWithTruth(int seed, int rows, int classes, bool ties)
    {
        var random = RandomStream.For(seed, "label issues");
        var (labels, truth, values) = (new int[rows], new int[rows], new double[rows * classes]);
        for (var i = 0; i < rows; i++)
        {
            truth[i] = i < classes ? i : random.Next(classes);
            labels[i] = i >= classes && random.Next(10) == 0 ? random.Next(classes) : truth[i];
            var row = values.AsSpan(i * classes, classes);
            var sum = 0.0;
            for (var k = 0; k < classes; k++)
                sum += row[k] = Math.Exp(random.NextGaussian() + (k == truth[i] ? 4 : 0));
            var left = 16;
            for (var k = 0; k < classes; k++)
            {
                var share = row[k] / sum;
                if (ties)
                    left -= (int)(16 * share);
                row[k] = ties ? Math.Floor(16 * share) / 16 : share;
            }
            if (ties)
                row[random.Next(classes)] += left / 16.0;
        }
        return (labels, new Predictions(values, classes), truth);
    }
}
