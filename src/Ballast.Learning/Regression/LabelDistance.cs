namespace Ballast.Learning.Regression;

/// <summary>How far two labels of c numbers lie apart; the same for c = 1.</summary>
public enum LabelDistance
{
    /// <summary>The Euclidean distance.</summary>
    Euclidean,

    /// <summary>The mean over outputs of the absolute difference.</summary>
    MeanAbsolute,
}
