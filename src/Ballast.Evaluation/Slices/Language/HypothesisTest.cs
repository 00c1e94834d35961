using System.Numerics.Tensors;
using Ballast.Core;
using Ballast.Numerics.Intervals;
using Ballast.Numerics.Significance;

namespace Ballast.Evaluation.Slices.Language;

/// <summary>Tests whether rows of a class that show an attribute are right more (or less) often.</summary>
public static class HypothesisTest
{
    private const double LeastDifference = 0.10, Level = 0.05;

    /// <summary>e_H: the mean of the prompts' embeddings, each of length 1, of length 1; zeros where all prompts are zero. Prompts whose embedding is zero are left out.</summary>
    /// <param name="prompts">k x m embeddings.</param>
    /// <param name="width">m.</param>
    public static double[] Direction(ReadOnlySpan<double> prompts, int width)
    {
        var direction = new double[Guard.Positive(width)];
        for (var p = 0; p < prompts.Length; p += width)
        {
            var prompt = prompts.Slice(p, width).ToArray();
            UnitLength.Scale(prompt);
            TensorPrimitives.Add<double>(direction, prompt, direction);
        }
        UnitLength.Scale(direction);
        return direction;
    }

    /// <summary>Tests one hypothesis, without adjustment.</summary>
    /// <param name="mapped">n x m mapped representations.</param>
    /// <param name="labels">n classes.</param>
    /// <param name="predictions">n predicted classes.</param>
    /// <param name="classIndex">The class.</param>
    /// <param name="hypothesis">What is tested.</param>
    /// <param name="direction">e_H.</param>
    /// <param name="percentile">Percentile of the scores over all rows that is the threshold, 0 to 100.</param>
    public static TestedHypothesis Run(double[] mapped, ReadOnlySpan<int> labels, ReadOnlySpan<int> predictions, int classIndex, SliceHypothesis hypothesis, double[] direction, double percentile)
    {
        ArgumentNullException.ThrowIfNull(mapped);
        ArgumentNullException.ThrowIfNull(direction);
        var scores = new double[labels.Length];
        for (var i = 0; i < scores.Length; i++)
            scores[i] = TensorPrimitives.Dot<double>(mapped.AsSpan(i * direction.Length, direction.Length), direction);
        var threshold = Percentile(scores, percentile);
        int present = 0, absent = 0, presentRight = 0, absentRight = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (labels[i] != classIndex)
                continue;
            var right = predictions[i] == classIndex ? 1 : 0;
            if (scores[i] >= threshold)
                (present, presentRight) = (present + 1, presentRight + right);
            else
                (absent, absentRight) = (absent + 1, absentRight + right);
        }
        (double Z, double P)? test = present == 0 || absent == 0 ? null : TwoSidedTest.Proportions(presentRight, present, absentRight, absent);
        return new TestedHypothesis(
            classIndex, hypothesis, direction, scores, threshold, BinomialInterval.WilsonEstimate(presentRight, present), BinomialInterval.WilsonEstimate(absentRight, absent), test?.Z, test?.P);
    }

    /// <summary>Adjusts for all hypotheses, in each class and over all, and says which are confirmed.</summary>
    public static IReadOnlyList<TestedHypothesis> Confirm(IReadOnlyList<TestedHypothesis> tested)
    {
        ArgumentNullException.ThrowIfNull(tested);
        var all = Adjusted([.. tested]);
        var inClass = tested.GroupBy(test => test.Class).SelectMany(group => group.Zip(Adjusted([.. group]))).ToDictionary<(TestedHypothesis First, double? Second), TestedHypothesis, double?>(pair => pair.First, pair => pair.Second, ReferenceEqualityComparer.Instance);
        return [.. tested.Select((test, i) => test with { AdjustedInClass = inClass[test], AdjustedPValue = all[i], IsConfirmed = all[i] < Level && IsLarge(test) && TextsAgree(test.Hypothesis) })];
    }

    // Numpy's default: linear between order statistics.
    internal static double Percentile(double[] values, double percentile)
    {
        double[] sorted = [.. values.Order()];
        var place = Guard.InRange(percentile, 0.0, 100.0) / 100 * (sorted.Length - 1);
        var low = (int)place;
        return low + 1 < sorted.Length ? sorted[low] + (place - low) * (sorted[low + 1] - sorted[low]) : sorted[low];
    }

    private static double?[] Adjusted(TestedHypothesis[] tested)
    {
        var adjusted = TwoSidedTest.BenjaminiHochberg([.. tested.Where(test => test.PValue is not null).Select(test => test.PValue!.Value)]);
        var next = 0;
        return [.. tested.Select(test => test.PValue is null ? (double?)null : adjusted[next++])];
    }

    private static bool IsLarge(TestedHypothesis test) =>
        (test.Hypothesis.End == HypothesisEnd.High ? test.Present.Value - test.Absent.Value : test.Absent.Value - test.Present.Value) > LeastDifference;

    // All scores are seen through one low-rank aligner, so irrelevant phrases follow the true one; the texts of the rows do not.
    private static bool TextsAgree(SliceHypothesis hypothesis) => hypothesis.Direct is not { } direct || (direct.AdjustedPValue < Level && direct.End == hypothesis.End);
}
