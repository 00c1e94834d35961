namespace Ballast.Evaluation.Slices.Language;

/// <summary>What a model leans on, in words.</summary>
/// <param name="Slices">Confirmed slices, the most certain first; those of much the same rows are one.</param>
/// <param name="Hypotheses">All hypotheses with their tests, by class, high end first, the strongest first.</param>
/// <param name="Classes">What was seen in each class.</param>
public sealed record LadderReport(IReadOnlyList<LanguageSlice> Slices, IReadOnlyList<TestedHypothesis> Hypotheses, IReadOnlyList<ClassFinding> Classes)
{
    /// <summary>The map from representations to language; null where nothing was sought.</summary>
    public LanguageAligner? Aligner { get; init; }

    /// <summary>Its R2: held out where the penalty was chosen by cross-validation, else on its own rows. Null where nothing was sought.</summary>
    public double? AlignerR2 { get; init; }

    /// <summary>Why nothing could be sought; null where something was.</summary>
    public string? Reason { get; init; }

    /// <summary>What the reader must know besides: an aligner that explains little, a model that did not answer.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
