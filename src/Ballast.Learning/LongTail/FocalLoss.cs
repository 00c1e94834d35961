using Ballast.Core;
using Ballast.Learning.Objectives;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.LongTail;

/// <summary>Focal loss (Lin et al., ICCV 2017, eq. 4) of softmax: (1 - p_t)^gamma CE, p_t = exp(-CE); easy samples count less.</summary>
/// <remarks>Always divided by the number of samples. It does not mend imbalance by itself.</remarks>
public sealed class FocalLoss : ClassificationLoss
{
    private readonly FocalWeighting weighting;
    private readonly ClassVector? weights;

    /// <summary>Makes the loss.</summary>
    /// <param name="gamma">At least 0; 0 is cross-entropy, 2 the paper's for detection, 1 the long-tail reference's.</param>
    /// <param name="weights">K class weights, or null for all 1.</param>
    /// <param name="weighting">Where they enter.</param>
    /// <exception cref="ArgumentOutOfRangeException">gamma is negative.</exception>
    public FocalLoss(double gamma = 1, Tabular.ClassWeights? weights = null, FocalWeighting weighting = FocalWeighting.Outside)
    {
        Gamma = Guard.NotNegative(gamma);
        this.weights = weights is null ? null : WeightedCrossEntropy.Vector(weights, nameof(weights));
        this.weighting = weighting;
    }

    /// <summary>gamma.</summary>
    public double Gamma { get; }

    /// <inheritdoc/>
    public override Tensor? ClassWeights => weighting == FocalWeighting.Outside ? weights?.Plain : null;

    /// <inheritdoc/>
    public override Tensor PerSample(Tensor logits, Tensor labels)
    {
        ClassVector.Check(logits, labels, weights?.Count ?? (int)logits.shape[^1]);
        using var scope = NewDisposeScope();
        var losses = functional.cross_entropy(logits, labels, reduction: Reduction.None);
        if (weights is not null && weighting == FocalWeighting.InsidePt)
            losses = losses * weights.For(logits, labels)[labels];
        return Modulate(losses, Gamma).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override string ToString() => $"focal of gamma {Gamma:R}{(weights is null ? "" : $", class weights {weights} ({weighting})")}";

    /// <summary>(1 - exp(-c))^gamma c. At c = 0 and gamma below 1 the power's slope is infinite: the gradient is taken as 0.</summary>
    internal static Tensor Modulate(Tensor losses, double gamma)
    {
        if (gamma == 0)
            return losses * 1;
        var positive = losses > 0;
        var missing = where(positive, -(-losses).expm1(), ones_like(losses));   // 1 - p_t
        return where(positive, missing.pow(gamma) * losses, zeros_like(losses));
    }
}
