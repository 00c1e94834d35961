namespace Ballast.Robustness.Bounds;

/// <summary>How bounds are found. Each costs more than the one before and is nearly always tighter.</summary>
public enum BoundMethod
{
    /// <summary>Interval bound propagation: two forward passes (Gowal et al. 2018).</summary>
    Ibp,

    /// <summary>One backward pass of linear bounds over intervals for the neurons (Zhang et al. 2020).</summary>
    CrownIbp,

    /// <summary>Linear bounds for every neuron that is not stable, then for the outputs (Zhang et al. 2018).</summary>
    Crown,
}
