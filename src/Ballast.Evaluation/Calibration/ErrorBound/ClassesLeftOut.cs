namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>Which rows the objective is taken on.</summary>
public enum ClassesLeftOut
{
    /// <summary>The mean over the classes of the objective on the rows of all other classes.</summary>
    EachInTurn,

    /// <summary>All rows at once.</summary>
    None,
}
