namespace Ballast.Data.LabelErrors;

/// <summary>A score of how well the predictions support a row's given label, in [0,1]; low is suspicious.</summary>
public enum LabelQualityScore
{
    /// <summary>The probability of the given label.</summary>
    SelfConfidence,

    /// <summary>(P[given] - the largest other probability + 1) / 2.</summary>
    NormalizedMargin,

    /// <summary>ln(1 + w) / w with w the normalised entropy of the row over its self-confidence.</summary>
    ConfidenceWeightedEntropy,
}
