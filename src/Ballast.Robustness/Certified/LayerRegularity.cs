namespace Ballast.Robustness.Certified;

/// <summary>How intervals and ReLU states stand before one ReLU layer, over a batch.</summary>
/// <param name="Width">Δ_i: mean half-width of the intervals.</param>
/// <param name="Alpha">Sum of the centres of active neurons over minus that of inactive ones; null where none is inactive.</param>
/// <param name="Beta">The same of squared distances from the mean centre.</param>
/// <param name="Active">Share of neurons that are above 0 on the whole box.</param>
/// <param name="Inactive">Share that are below 0 on the whole box.</param>
/// <param name="Imbalance">The layer's part of L_relu: 0 for balanced, at most 2.</param>
public sealed record LayerRegularity(double Width, double? Alpha, double? Beta, double Active, double Inactive, double Imbalance)
{
    /// <summary>Share of neurons that may have either sign.</summary>
    public double Unstable => 1 - Active - Inactive;
}
