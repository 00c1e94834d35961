namespace Ballast.Data.LabelErrors;

/// <summary>How the shares of the true classes are estimated from the confident joint.</summary>
public enum PriorMethod
{
    /// <summary>From the diagonals of both noise matrices; robust, the default.</summary>
    Count,

    /// <summary>Solves noise matrix x prior = shares of the given labels; needs a regular noise matrix.</summary>
    Equation,

    /// <summary>Column sums of the confident joint.</summary>
    Marginal,

    /// <summary>Inverse noise matrix x shares of the given labels.</summary>
    MarginalGivenShares,
}
