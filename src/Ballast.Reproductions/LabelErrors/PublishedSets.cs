using Ballast.Core;
using Ballast.Data.LabelErrors;
using Ballast.Exchange;

namespace Ballast.Reproductions.LabelErrors;

/// <summary>Part (a): the filters on the published predictions and verdicts of MNIST and CIFAR-10.</summary>
internal static class PublishedSets
{
    private static readonly LabelIssueFilter[] ThresholdBased =
    [
        LabelIssueFilter.PruneByNoiseRate, LabelIssueFilter.PruneByClass, LabelIssueFilter.Both, LabelIssueFilter.ConfidentLearning,
    ];

    public static IEnumerable<ClaimResult> Measure(string? dataFolder)
    {
        if (dataFolder is null || !Directory.Exists(Path.Combine(dataFolder, "label-errors")))
        {
            yield return new ClaimResult(
                "The filters flag and confirm the same rows as the reference on MNIST and CIFAR-10.", "see the paper's published verdicts", "not measured",
                ClaimOutcome.Skipped, "The folder label-errors is not among the real data.");
            yield break;
        }
        var mnist = new ReviewedSet(dataFolder, "mnist");
        var cifar = new ReviewedSet(dataFolder, "cifar10");
        yield return Errors(mnist, 15, 100);
        yield return Errors(cifar, 54, 275);
        foreach (var filter in ThresholdBased)
            yield return Counts(mnist, filter, 7, 15, 15);
        yield return Counts(mnist, LabelIssueFilter.LowNormalizedMargin, 6, 15, 15);
        yield return Counts(mnist, LabelIssueFilter.LowSelfConfidence, 6, 15, 15);
        yield return Counts(cifar, LabelIssueFilter.PruneByNoiseRate, 49, 241, 284);
        yield return Counts(cifar, LabelIssueFilter.Both, 44, 214, 226);
        yield return Counts(cifar, LabelIssueFilter.ConfidentLearning, 48, 227, 244);
        yield return Counts(cifar, LabelIssueFilter.LowNormalizedMargin, 50, 244, 244);
        yield return Counts(cifar, LabelIssueFilter.PredictedNotGiven, 54, 275, 706);

        var (confirmed, reviewed, flagged) = cifar.Count(LabelIssueFilter.ConfidentLearning);
        var (baseConfirmed, baseReviewed, baseFlagged) = cifar.Count(LabelIssueFilter.PredictedNotGiven);
        yield return new ClaimResult(
            "On CIFAR-10 confident learning finds confirmed errors more densely than argmax != given does, unreviewed rows counted as no error.",
            "19.7% against 7.6%", $"{confirmed / (double)flagged:0.0%} against {baseConfirmed / (double)baseFlagged:0.0%}",
            confirmed / (double)flagged > baseConfirmed / (double)baseFlagged ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold,
            $"Among reviewed rows alone the two hardly differ ({confirmed / (double)reviewed:0%} of {reviewed} against {baseConfirmed / (double)baseReviewed:0%} of {baseReviewed}): reviewers mostly saw rows that such filters had chosen.");
    }

    private static ClaimResult Errors(ReviewedSet set, int confirmed, int reviewed)
    {
        var (found, seen) = (set.Verdicts.ConfirmedErrors.Count(), set.Verdicts.Reviewed.Count);
        return Exact($"{set.Name}: label errors confirmed by reviewers.", $"{confirmed} of {reviewed}", $"{found} of {seen}");
    }

    private static ClaimResult Counts(ReviewedSet set, LabelIssueFilter filter, int confirmed, int reviewed, int flagged)
    {
        var found = set.Count(filter);
        return Exact(
            $"{set.Name}: rows flagged by {filter}, and confirmed among those reviewed.", $"{flagged} flagged, {confirmed} of {reviewed} confirmed",
            $"{found.Flagged} flagged, {found.Confirmed} of {found.Reviewed} confirmed");
    }

    private static ClaimResult Exact(string claim, string paper, string measured) =>
        new(claim, paper, measured, paper == measured ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold);

    private sealed class ReviewedSet
    {
        private readonly int[] labels;
        private readonly Predictions predictions;

        public ReviewedSet(string dataFolder, string name)
        {
            string In(string file) => Path.Combine(dataFolder, "label-errors", $"{name}_{file}");
            Name = name == "mnist" ? "MNIST" : "CIFAR-10";
            labels = NpyFile.Read<int>(In("labels.npy")).Values;
            var probabilities = NpyFile.Read<double>(In("probabilities.npy"));
            predictions = new Predictions(probabilities.Values, probabilities.Shape[1]);
            Verdicts = LabelVerdicts.Read(In("verdicts.csv"));
        }

        public string Name { get; }

        public LabelVerdicts Verdicts { get; }

        public (int Confirmed, int Reviewed, int Flagged) Count(LabelIssueFilter filter)
        {
            var issues = LabelIssueFinder.Find(labels, predictions, new LabelIssueOptions { Filter = filter });
            return (Verdicts.ConfirmedErrors.Count(v => issues.Mask[v.Row]), Verdicts.Reviewed.Count(v => issues.Mask[v.Row]), issues.Ranked.Length);
        }
    }
}
