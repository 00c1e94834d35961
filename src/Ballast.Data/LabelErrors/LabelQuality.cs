using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Data.LabelErrors;

/// <summary>Scores of how well the predictions support each given label, in [0,1]; low is suspicious (step 8).</summary>
/// <remarks>Sources: Northcutt et al. (2021), section 3.2; Kuan and Mueller, "Model-agnostic label quality scoring" (2022), for the entropy and the adjustment.</remarks>
public static class LabelQuality
{
    /// <summary>One score a row.</summary>
    /// <param name="labels">n given labels in 0..K-1.</param>
    /// <param name="predictions">n x K out-of-sample probabilities.</param>
    /// <param name="score">Which score.</param>
    /// <param name="adjustForThresholds">Whether each class's threshold is subtracted first (P - t + max t, each row divided by its sum), which helps imbalanced classes.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">Lengths differ, a label lies outside 0..K-1, fewer than 2 distinct labels, or an adjusted entropy.</exception>
    public static double[] Score(
        ReadOnlyMemory<int> labels, Predictions predictions, LabelQualityScore score, bool adjustForThresholds = false, CancellationToken cancellation = default)
    {
        var column = LabelColumn.Check(labels, predictions);
        var thresholds = adjustForThresholds ? ConfidentLearning.Thresholds(column, predictions, cancellation) : null;
        return Score(column, predictions, score, thresholds, cancellation);
    }

    internal static double[] Score(
        LabelColumn labels, Predictions predictions, LabelQualityScore score, double[]? adjustBy, CancellationToken cancellation)
    {
        RequireAdjustable(score, adjustBy is not null);
        var classes = predictions.Classes;
        var scores = GC.AllocateUninitializedArray<double>(predictions.Count);
        var chunks = RowChunks.For(predictions.Count, classes);
        var shift = new double[classes];
        if (adjustBy is not null)
            TensorPrimitives.Subtract(adjustBy.Max(), adjustBy, shift);
        var never = new double[classes];
        never.AsSpan().Fill(double.PositiveInfinity);

        Parallel.For(
            0, chunks.Count, new ParallelOptions { CancellationToken = cancellation },
            () => new double[score == LabelQualityScore.ConfidenceWeightedEntropy ? chunks.Size * classes : classes],
            (chunk, _, scratch) =>
            {
                var (start, end) = chunks[chunk];
                var given = labels.Labels.Span[start..end];
                var target = scores.AsSpan(start..end);
                var values = predictions.Values[(start * classes)..(end * classes)];
                if (score == LabelQualityScore.ConfidenceWeightedEntropy)
                    Entropies(given, values, classes, scratch, target);
                else if (adjustBy is not null)
                    Adjusted(given, values, classes, shift, score, never, scratch, target);
                else
                    Plain(given, values, classes, score, never, target);
                return scratch;
            },
            _ => { });
        return scores;
    }

    internal static void RequireAdjustable(LabelQualityScore score, bool adjust)
    {
        if (adjust && score == LabelQualityScore.ConfidenceWeightedEntropy)
            throw new ArgumentException("The confidence-weighted entropy has no threshold-adjusted form.", nameof(score));
    }

    private static void Plain(
        ReadOnlySpan<int> given, ReadOnlySpan<double> values, int classes, LabelQualityScore score, double[] never, Span<double> scores)
    {
        for (var i = 0; i < given.Length; i++)
            scores[i] = score == LabelQualityScore.SelfConfidence
                ? values[i * classes + given[i]]
                : Margin(RowScan.Summarise(values.Slice(i * classes, classes), given[i], never), 1);
    }

    private static void Adjusted(
        ReadOnlySpan<int> given, ReadOnlySpan<double> values, int classes, double[] shift, LabelQualityScore score, double[] never, Span<double> shifted, Span<double> scores)
    {
        for (var i = 0; i < given.Length; i++)
        {
            TensorPrimitives.Add(values.Slice(i * classes, classes), shift, shifted);
            var sum = TensorPrimitives.Sum((ReadOnlySpan<double>)shifted);
            scores[i] = score == LabelQualityScore.SelfConfidence
                ? shifted[given[i]] / sum
                : Margin(RowScan.Summarise(shifted, given[i], never), sum);
        }
    }

    private static void Entropies(ReadOnlySpan<int> given, ReadOnlySpan<double> values, int classes, Span<double> scratch, Span<double> scores)
    {
        // Raising zeros to a tiny number keeps 0 log 0 = 0 without a branch, so that the logarithms run vectorised.
        scratch = scratch[..values.Length];
        TensorPrimitives.Max(values, ConfidentLearning.Tiny, scratch);
        TensorPrimitives.Log(scratch, scratch);
        for (var i = 0; i < given.Length; i++)
        {
            var row = values.Slice(i * classes, classes);
            var entropy = -TensorPrimitives.Dot(row, scratch.Slice(i * classes, classes));
            var weighted = entropy / Math.Log(classes) / Math.Max(row[given[i]], ConfidentLearning.Slack);
            scores[i] = Math.Log(1 + weighted) / Math.Max(weighted, ConfidentLearning.Slack);
        }
    }

    private static double Margin(RowSummary summary, double sum) => (summary.Self / sum - summary.Other / sum + 1) / 2;
}
