namespace Ballast.Learning.Regression;

/// <summary>What of a bin's count is smoothed.</summary>
public enum LdsReweighting
{
    /// <summary>Its square root.</summary>
    SquareRootInverse,

    /// <summary>The count held within 5..1000, empty bins too.</summary>
    Inverse,
}
