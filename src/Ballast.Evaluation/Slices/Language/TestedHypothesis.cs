using Ballast.Core;

namespace Ballast.Evaluation.Slices.Language;

/// <summary>A hypothesis after its test inside its class.</summary>
/// <param name="Class">The class.</param>
/// <param name="Hypothesis">What was tested.</param>
/// <param name="Direction">m values e_H of length 1.</param>
/// <param name="Scores">n scores s_H, of all rows.</param>
/// <param name="Threshold">The score from which the attribute counts as present, a percentile over all rows.</param>
/// <param name="Present">Accuracy where present, with Wilson's interval.</param>
/// <param name="Absent">Accuracy where absent.</param>
/// <param name="Z">Two-proportion z; null where a side is empty: not testable.</param>
/// <param name="PValue">Two-sided; null where not testable.</param>
public sealed record TestedHypothesis(
    int Class, SliceHypothesis Hypothesis, ReadOnlyMemory<double> Direction, ReadOnlyMemory<double> Scores, double Threshold, Estimate Present, Estimate Absent, double? Z, double? PValue)
{
    /// <summary>After Benjamini and Hochberg within the class; null where not testable.</summary>
    public double? AdjustedInClass { get; init; }

    /// <summary>After Benjamini and Hochberg over the hypotheses of all classes; null where not testable.</summary>
    public double? AdjustedPValue { get; init; }

    /// <summary>Whether accuracy differs by more than 0.10 in the direction claimed, beyond chance, and the rows' own texts agree where they can.</summary>
    public bool IsConfirmed { get; init; }
}
