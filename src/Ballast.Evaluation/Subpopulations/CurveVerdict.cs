namespace Ballast.Evaluation.Subpopulations;

/// <summary>How minority accuracy goes with majority accuracy over many models (identity axes); the first that holds.</summary>
public enum CurveVerdict
{
    /// <summary>Too few different points for a fit.</summary>
    NotFitted,

    /// <summary>Majority accuracy carries no information on the minority: bins of it explain less than 0.2 of the variance, and that is large.</summary>
    Saturated,

    /// <summary>An upward curve: the minority lies below the straight line, and follows late.</summary>
    Moon,

    /// <summary>A downward curve: the minority follows early.</summary>
    Arch,

    /// <summary>A line: the curve explains less than 0.02 more of the variance.</summary>
    Line,

    /// <summary>The points do not tell.</summary>
    Undecided,
}
