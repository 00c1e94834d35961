namespace Ballast.Robustness.Certified;

/// <summary>The bounds that certified training makes good.</summary>
public enum CertifiedBound
{
    /// <summary>Intervals (Gowal et al. 2018).</summary>
    Ibp,

    /// <summary>One backward pass of linear bounds over intervals, of whose place intervals take more and more as the radius grows (Zhang et al. 2020), with loss fusion (Xu et al. 2020).</summary>
    CrownIbp,
}
