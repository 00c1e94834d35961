using System.Numerics.Tensors;
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

    /// <summary>The slice in words: the class without the attribute, or with it at the low end.</summary>
    public string Describe(string className) => $"'{className}' {(Hypothesis.End == HypothesisEnd.High ? "without" : "with")} \"{Hypothesis.Attribute}\"";

    /// <summary>s_H of other rows.</summary>
    /// <param name="mapped">n x m mapped representations.</param>
    public double[] ScoresOf(ReadOnlySpan<double> mapped)
    {
        var scores = new double[mapped.Length / Direction.Length];
        for (var i = 0; i < scores.Length; i++)
            scores[i] = TensorPrimitives.Dot(mapped.Slice(i * Direction.Length, Direction.Length), Direction.Span);
        return scores;
    }

    /// <summary>Whether a row of the class with this score is in the error slice.</summary>
    public bool Marks(double score) => score < Threshold == (Hypothesis.End == HypothesisEnd.High);

    /// <summary>Positions of the rows of the error slice among those tested, ascending.</summary>
    /// <param name="labels">n classes of the rows tested.</param>
    public int[] ErrorRows(ReadOnlySpan<int> labels)
    {
        var rows = new List<int>();
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] == Class && Marks(Scores.Span[i]))
                rows.Add(i);
        return [.. rows];
    }
}
