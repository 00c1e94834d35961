using Ballast.Learning.Objectives;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.LongTail;

/// <summary>Cross-entropy with a weight a class: sum w_y CE / sum w_y (torch's weighted mean, the default) or sum w_y CE / B.</summary>
/// <param name="weights">K weights of at least 0.</param>
/// <param name="reduction">What the weighted sum is divided by.</param>
/// <exception cref="ArgumentException">The weights depend on the rows (<see cref="Tabular.ClassWeights.Balanced"/>): give those of the class counts.</exception>
public sealed class WeightedCrossEntropy(Tabular.ClassWeights weights, WeightReduction reduction = WeightReduction.WeightedMean) : ClassificationLoss
{
    private readonly ClassVector vector = Vector(weights, nameof(weights));

    /// <inheritdoc/>
    public override Tensor ClassWeights => vector.Plain;

    /// <inheritdoc/>
    public override WeightReduction WeightReduction => reduction;

    /// <summary>Class-balanced cross-entropy (Cui et al., CVPR 2019): weights by the effective number of samples.</summary>
    /// <param name="counts">n_k training rows of each class.</param>
    /// <param name="beta">In [0, 1).</param>
    /// <param name="reduction">What the weighted sum is divided by.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1 or beta lies outside [0, 1).</exception>
    public static WeightedCrossEntropy ClassBalanced(ReadOnlySpan<int> counts, double beta = 0.9999, WeightReduction reduction = WeightReduction.WeightedMean) =>
        new(Tabular.ClassWeights.EffectiveNumber(counts, beta), reduction);

    /// <inheritdoc/>
    public override Tensor PerSample(Tensor logits, Tensor labels)
    {
        ClassVector.Check(logits, labels, vector.Count);
        return functional.cross_entropy(logits, labels, reduction: Reduction.None);
    }

    /// <inheritdoc/>
    public override string ToString() => $"cross-entropy, class weights {vector} ({reduction})";

    internal static ClassVector Vector(Tabular.ClassWeights weights, string name)
    {
        ArgumentNullException.ThrowIfNull(weights, name);
        return new ClassVector([.. weights.Values ?? throw new ArgumentException("The weights must be known before the rows are: give those of the class counts.", name)]);
    }
}
