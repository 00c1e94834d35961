using Ballast.Core;
using Ballast.Data.LabelErrors;
using Ballast.Numerics.Intervals;

namespace Ballast.Learning.Remedies;

/// <summary>Label issues, cut to as many as the predictions' own errors make plausible.</summary>
/// <remarks>
/// Confident learning flags hard rows along with wrong labels where classes overlap. A label that is wrong at random is wrong as often where the model is sure as
/// anywhere else, and there little else goes wrong: so among the rows predicted k, the error rate of the surest fifth bounds the share of wrong labels from above. Of the
/// issues whose suggested label is k, at most (rows predicted k) times the upper 95% Wilson limit of that rate are kept, those of lowest quality. Wrong labels
/// that gather where the model is unsure can exceed the bound; the ranking of all rows is left untouched for that reason.
/// </remarks>
/// <param name="Issues">What confident learning found.</param>
/// <param name="Mask">n flags: issues that are kept.</param>
/// <param name="Ranked">Positions of the issues kept, lowest quality first.</param>
/// <param name="PlausibleShare">Share of labels that can be wrong at random: the error rates of the surest fifths, weighted by rows; its interval adds up theirs.</param>
public sealed record SuspectedLabels(LabelIssues Issues, bool[] Mask, int[] Ranked, Estimate PlausibleShare)
{
    /// <summary>Finds them.</summary>
    /// <param name="labels">n given labels.</param>
    /// <param name="predictions">n x K out-of-sample probabilities that judge the labels.</param>
    /// <param name="bound">n x K out-of-sample probabilities that bound their number, of models trained on all labels; null: the same.</param>
    /// <param name="classNames">Names of the classes for warnings; null: their indices.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">As <see cref="LabelIssueFinder.Find"/>.</exception>
    public static SuspectedLabels Find(
        ReadOnlyMemory<int> labels, Predictions predictions, Predictions? bound = null, IReadOnlyList<string>? classNames = null, CancellationToken cancellation = default)
    {
        var issues = LabelIssueFinder.Find(labels, predictions, new LabelIssueOptions { ClassNames = classNames, RankBy = LabelQualityScore.SelfConfidence }, cancellation);
        bound ??= predictions;
        var rowsOf = Enumerable.Range(0, bound.Count).GroupBy(bound.ArgMax).ToDictionary(g => g.Key, g => g.OrderByDescending(i => bound[i, g.Key]).ToArray());

        var left = new int[bound.Classes];
        double value = 0, low = 0, high = 0;
        foreach (var (k, rows) in rowsOf)
        {
            var surest = rows.AsSpan(0, Math.Max(1, rows.Length / 5)).ToArray();
            var wrong = BinomialInterval.WilsonEstimate(surest.Count(i => labels.Span[i] != k), surest.Length);
            left[k] = (int)Math.Ceiling(rows.Length * wrong.Interval.High);
            value += wrong.Value * rows.Length / bound.Count;
            low += wrong.Interval.Low * rows.Length / bound.Count;
            high += wrong.Interval.High * rows.Length / bound.Count;
        }

        var mask = new bool[bound.Count];
        foreach (var i in issues.Ranked)
            mask[i] = left[issues.SuggestedLabel[i]]-- > 0;
        return new SuspectedLabels(issues, mask, [.. issues.Ranked.Where(i => mask[i])], new Estimate(value, new Interval(low, high), bound.Count));
    }
}
