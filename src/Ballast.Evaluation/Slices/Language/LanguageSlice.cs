namespace Ballast.Evaluation.Slices.Language;

/// <summary>Rows of a class that a confirmed hypothesis marks as worse.</summary>
/// <param name="Slice">The rows, with the error rate there and in the rest of the class.</param>
/// <param name="Hypothesis">What names them.</param>
/// <param name="AlsoNamed">Other confirmed attributes of much the same rows.</param>
public sealed record LanguageSlice(Slice Slice, TestedHypothesis Hypothesis, IReadOnlyList<string> AlsoNamed);
