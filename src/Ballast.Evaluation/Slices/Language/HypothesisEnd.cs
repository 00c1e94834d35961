namespace Ballast.Evaluation.Slices.Language;

/// <summary>Which rows of a class an attribute marks.</summary>
public enum HypothesisEnd
{
    /// <summary>Those that are right: the error slice is where it is absent.</summary>
    High,

    /// <summary>Those that are wrong: the error slice is where it is present.</summary>
    Low,
}
