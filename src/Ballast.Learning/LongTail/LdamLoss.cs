using Ballast.Core;
using Ballast.Learning.Objectives;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.LongTail;

/// <summary>Label-distribution-aware margins (Cao et al., NeurIPS 2019, eq. 13): cross-entropy of s (z - m_y e_y) with m_k proportional to n_k^(-1/4).</summary>
/// <remarks>
/// Made for a cosine classifier, whose scores z lie in [-1, 1], with s = 30. With the free scores of a linear head s = 1 is an approximation, and s = 30 diverges.
/// Put it inside <see cref="DeferredReweighting"/> for LDAM-DRW.
/// </remarks>
public sealed class LdamLoss : ClassificationLoss
{
    private readonly ClassVector margins;
    private readonly ClassVector? weights;

    /// <summary>Makes the loss.</summary>
    /// <param name="counts">n_k training rows of each class, at least 1.</param>
    /// <param name="scale">s, greater than 0: 30 for cosines, 1 for free scores.</param>
    /// <param name="maxMargin">The margin of the rarest class, at least 0.</param>
    /// <param name="weights">K class weights of a weighted mean, or null for all 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1, s is not positive, or the margin is negative.</exception>
    public LdamLoss(ReadOnlySpan<int> counts, double scale = 30, double maxMargin = 0.5, Tabular.ClassWeights? weights = null)
    {
        Guard.NotNegative(maxMargin);
        Scale = Guard.Positive(scale);
        var roots = ClassVector.OfCounts(counts, count => Math.Pow(count, -0.25)).Values;
        var largest = roots.Max();
        margins = new ClassVector([.. roots.Select(root => maxMargin * root / largest)]);
        this.weights = weights is null ? null : WeightedCrossEntropy.Vector(weights, nameof(weights));
    }

    /// <summary>s.</summary>
    public double Scale { get; }

    /// <summary>The K margins m_k.</summary>
    public IReadOnlyList<double> Margins => margins.Values;

    /// <inheritdoc/>
    public override Tensor? ClassWeights => weights?.Plain;

    /// <inheritdoc/>
    public override WeightReduction WeightReduction => WeightReduction.WeightedMean;

    /// <inheritdoc/>
    public override Tensor PerSample(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var own = margins.For(logits, labels)[labels].unsqueeze(1);               // [B, 1]
        var shifted = logits.scatter_add(1, labels.unsqueeze(1), -own);           // z_y - m_y
        return functional.cross_entropy(Scale * shifted, labels, reduction: Reduction.None).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override string ToString() => $"margins {margins} of scale {Scale:R}{(weights is null ? "" : $", class weights {weights}")}";
}
