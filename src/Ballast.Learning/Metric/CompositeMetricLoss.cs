using Ballast.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ballast.Learning.Metric;

/// <summary>A base loss and a weighted further one: L = L_base + w L_added. Both see the same cosines, computed once.</summary>
/// <param name="baseLoss">What separates the classes.</param>
/// <param name="added">What is added, such as <see cref="ThresholdConsistentMargin"/>.</param>
/// <param name="weight">w, at least 0.</param>
public sealed class CompositeMetricLoss(MetricLoss baseLoss, MetricLoss added, double weight = 1) : MetricLoss
{
    /// <summary>w.</summary>
    public double Weight { get; } = Guard.NotNegative(weight);

    /// <inheritdoc/>
    public override IEnumerable<(string Name, Parameter Parameter)> NamedParameters =>
        baseLoss.NamedParameters.Concat(added.NamedParameters.Select(p => ($"added.{p.Name}", p.Parameter)));

    /// <inheritdoc/>
    public override string ToString() => $"{baseLoss}; {added} times {Weight:R}";

    /// <inheritdoc/>
    public override Tensor Of(EmbeddingBatch batch) => baseLoss.Of(batch) + Weight * added.Of(batch);
}
