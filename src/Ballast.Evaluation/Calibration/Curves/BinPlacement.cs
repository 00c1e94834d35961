namespace Ballast.Evaluation.Calibration.Curves;

/// <summary>Where the edges of bins lie.</summary>
public enum BinPlacement
{
    /// <summary>At i / B.</summary>
    EqualWidth,

    /// <summary>Between runs of equally many rows; rows of one value stay together.</summary>
    EqualMass,
}
