using Ballast.Core;

namespace Ballast.Data.LabelErrors;

/// <summary>Finds rows whose given label is probably wrong, ranked, with an estimate of how many there are.</summary>
/// <remarks>
/// Sources: Northcutt, Jiang and Chuang, JAIR 70 (2021), section 3.2 (filters and ranking); Northcutt, Athalye and Mueller, NeurIPS 2021
/// Datasets and Benchmarks. Predictions must be out of sample. Time O(nK) and a sort of the flagged rows; memory beside the input
/// about 22 bytes a row. The same result on any number of threads.
/// </remarks>
public static class LabelIssueFinder
{
    /// <summary>Finds the issues.</summary>
    /// <param name="labels">n given labels in 0..K-1; must not change while the result is in use.</param>
    /// <param name="predictions">n x K out-of-sample probabilities.</param>
    /// <param name="options">Filter and ranking; null: the defaults.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">Lengths differ, a label lies outside 0..K-1, fewer than 2 distinct labels, or options that do not fit.</exception>
    public static LabelIssues Find(
        ReadOnlyMemory<int> labels, Predictions predictions, LabelIssueOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new LabelIssueOptions();
        Check(options);
        var column = LabelColumn.Check(labels, predictions);
        var warnings = new List<string>();

        var thresholds = ConfidentLearning.Thresholds(column, predictions, cancellation);
        var ranksByMargin = options is { RankBy: LabelQualityScore.NormalizedMargin, AdjustForThresholds: false };
        var needsMargins = ranksByMargin || options.Filter == LabelIssueFilter.LowNormalizedMargin;
        var counting = options.ConfidentJoint is null ? options.JointCounts : JointCounts.Confident;
        var counter = JointCounter.Count(column, predictions, thresholds, counting, needsMargins, cancellation);
        var calibrated = Calibrated(counter, options, column);
        var estimated = ConfidentLearning.CountOffDiagonal(counter.Findings);

        var skipped = SkippedClasses(column, options, warnings);
        var mask = Flag(column, predictions, counter, calibrated, estimated, skipped, options, warnings, cancellation);
        var quality = ranksByMargin
            ? counter.Margins!
            : LabelQuality.Score(column, predictions, options.RankBy, options.AdjustForThresholds ? thresholds : null, cancellation);
        if (predictions.Clipped > 0)
            warnings.Add($"{predictions.Clipped} probabilities lay a hair outside [0,1] and were clipped.");

        return new LabelIssues(labels)
        {
            Mask = mask,
            Ranked = StableSelection.Rank(mask, quality),
            Quality = quality,
            SuggestedLabel = counter.Predicted,
            Thresholds = thresholds,
            ClassCounts = column.Counts,
            CalibratedJoint = calibrated,
            Latent = LatentEstimator.Estimate(calibrated, column.Counts, PriorMethod.Count, converge: false),
            EstimatedIssues = estimated,
            ClippedProbabilities = predictions.Clipped,
            SkippedClasses = [.. Enumerable.Range(0, skipped.Length).Where(k => skipped[k] && column.Counts[k] > 0)],
            Warnings = warnings,
        };
    }

    private static void Check(LabelIssueOptions options)
    {
        if (!(options.FracNoise is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(options), options.FracNoise, "FracNoise must lie in (0,1].");
        Guard.NotNegative(options.MinExamplesPerClass, nameof(options.MinExamplesPerClass));
        if (!Enum.IsDefined(options.Filter) || !Enum.IsDefined(options.RankBy) || !Enum.IsDefined(options.JointCounts))
            throw new ArgumentException("Unknown filter, score or counts.", nameof(options));
        if (options.NumToRemovePerClass is not null && !options.Prunes)
            throw new ArgumentException($"NumToRemovePerClass goes with the prune filters, not with {options.Filter}.", nameof(options));
        LabelQuality.RequireAdjustable(options.RankBy, options.AdjustForThresholds);
    }

    private static int[,] Calibrated(JointCounter counter, LabelIssueOptions options, LabelColumn labels)
    {
        if (options.ConfidentJoint is not null)
            return ConfidentLearning.Calibrate(options.ConfidentJoint, labels.Counts);
        if (options.JointCounts == JointCounts.Confident)
            ConfidentLearning.RaiseDiagonal(counter.Counts);
        return ConfidentLearning.Calibrate(counter.Counts, labels.Counts);
    }

    private static bool[] SkippedClasses(LabelColumn labels, LabelIssueOptions options, List<string> warnings)
    {
        var skipped = new bool[labels.Counts.Length];
        if (!options.Prunes)
            return skipped;
        for (var k = 0; k < skipped.Length; k++)
        {
            skipped[k] = labels.Counts[k] <= options.MinExamplesPerClass;
            if (skipped[k] && labels.Counts[k] > 0)
                warnings.Add($"Class {(options.ClassNames is { } names ? $"'{names[k]}'" : k)} was skipped: it has {labels.Counts[k]} rows, and at least {options.MinExamplesPerClass} must stay.");
        }
        return skipped;
    }

    private static bool[] Flag(
        LabelColumn labels, Predictions predictions, JointCounter counter, int[,] calibrated, int estimated, bool[] skipped,
        LabelIssueOptions options, List<string> warnings, CancellationToken cancellation)
    {
        var mask = options.Filter switch
        {
            LabelIssueFilter.ConfidentLearning => MaskOf(counter.Findings, RowFindings.OffDiagonal),
            LabelIssueFilter.PredictedNotGiven => MaskOf(counter.Findings, RowFindings.Contested),
            LabelIssueFilter.LowSelfConfidence =>
                Lowest(LabelQuality.Score(labels, predictions, LabelQualityScore.SelfConfidence, adjustBy: null, cancellation), estimated),
            LabelIssueFilter.LowNormalizedMargin => Lowest(counter.Margins!, estimated),
            _ => Pruned(labels, predictions, counter, calibrated, skipped, options, warnings, cancellation),
        };
        if (options.Filter is not (LabelIssueFilter.LowSelfConfidence or LabelIssueFilter.LowNormalizedMargin))
            for (var i = 0; i < mask.Length; i++)
                mask[i] &= (counter.Findings[i] & RowFindings.Contested) != 0;
        return mask;
    }

    private static bool[] Pruned(
        LabelColumn labels, Predictions predictions, JointCounter counter, int[,] calibrated, bool[] skipped,
        LabelIssueOptions options, List<string> warnings, CancellationToken cancellation)
    {
        var counts = PruneCounts.From(calibrated, options);
        if (options.NumToRemovePerClass is not null)
            counts = PruneCounts.WithCustomTotals(counts, options.NumToRemovePerClass, labels.Counts, warnings);
        var pruning = new Pruning(labels, predictions, counter.Findings, counts, skipped, cancellation);
        if (options.Filter == LabelIssueFilter.PruneByClass)
            return pruning.ByClass();
        var mask = pruning.ByNoiseRate();
        if (options.Filter == LabelIssueFilter.Both)
        {
            var byClass = pruning.ByClass();
            for (var i = 0; i < mask.Length; i++)
                mask[i] &= byClass[i];
        }
        return mask;
    }

    private static bool[] MaskOf(RowFindings[] findings, RowFindings wanted)
    {
        var mask = new bool[findings.Length];
        for (var i = 0; i < mask.Length; i++)
            mask[i] = (findings[i] & wanted) != 0;
        return mask;
    }

    private static bool[] Lowest(double[] scores, int count)
    {
        var mask = new bool[scores.Length];
        StableSelection.FlagLowest(scores, rows: default, count, new double[scores.Length], mask);
        return mask;
    }
}
