using Ballast.Core;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Adversarial;

/// <summary>SRAT's feature separation loss: draws features of one class together and those of others apart, on the unit sphere.</summary>
/// <remarks>
/// Source: Wang et al. (ICDM 2022), in the supervised contrastive form. z_i = h_i / max(||h_i||, 1e-12), P(i) = {j ≠ i: y_j = y_i}; the term of an anchor i with P(i) not empty is
/// -1/|P(i)| times the sum over j in P(i) of log(exp(z_i.z_j / t) / sum over k ≠ i of exp(z_i.z_k / t)). Terms are averaged over those anchors; a sample alone in its class is no anchor.
/// Time and memory O(B²) beside B² d multiplications.
/// </remarks>
public sealed class SeparationLoss
{
    private readonly double[]? anchorWeights;

    /// <summary>Makes the loss.</summary>
    /// <param name="temperature">t, above 0; small values look at the nearest samples alone.</param>
    /// <param name="trainingCounts">n_k training rows of each class, at least 1: an anchor of class k then counts 1/n_k, so that rare classes are not drowned; null counts all anchors alike.</param>
    /// <exception cref="ArgumentOutOfRangeException">The temperature or a count is not positive.</exception>
    public SeparationLoss(double temperature = 0.5, IReadOnlyList<int>? trainingCounts = null)
    {
        Temperature = Guard.Positive(temperature);
        anchorWeights = trainingCounts is null ? null : [.. trainingCounts.Select(count => 1.0 / Guard.Positive(count, nameof(trainingCounts)))];
    }

    /// <summary>t.</summary>
    public double Temperature { get; }

    /// <summary>The loss of a batch; 0 where no class has two samples.</summary>
    /// <param name="features">[B, d].</param>
    /// <param name="labels">[B] class indices, int64.</param>
    /// <returns>A scalar with a graph that leads to all features.</returns>
    public Tensor Forward(Tensor features, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        using var scope = NewDisposeScope();
        var unit = functional.normalize(features, 2, 1, 1e-12);                                      // [B, d]
        var itself = eye(labels.shape[0], dtype: @bool, device: features.device);
        var similarity = unit.matmul(unit.t()).Over(Temperature);                                    // [B, B]
        var positive = labels.unsqueeze(1).eq(labels.unsqueeze(0)).logical_and(itself.logical_not());
        var counts = positive.sum(1);
        var isAnchor = counts > 0;
        if (!isAnchor.any().item<bool>())
            return features.sum().Times(0).MoveToOuterDisposeScope();
        // The maximum over k ≠ i leaves the exponentials before they are summed.
        var among = similarity.masked_fill(itself, double.NegativeInfinity).logsumexp(1, keepdim: true);
        var terms = (among - similarity).masked_fill(positive.logical_not(), 0).sum(1) / counts.AtLeast(1).to(features.dtype);
        var weights = WeightsOf(labels, isAnchor, features);
        return ((terms * weights).sum() / weights.sum()).MoveToOuterDisposeScope();
    }

    /// <summary>The settings in a few words, by which a checkpoint knows its training.</summary>
    public override string ToString() => $"separation of temperature {Temperature:R}{(anchorWeights is null ? "" : $", anchors weighted [{string.Join(", ", anchorWeights.Select(weight => weight.ToString("R")))}]")}";

    private Tensor WeightsOf(Tensor labels, Tensor isAnchor, Tensor like)
    {
        var valid = isAnchor.to(like.dtype);
        return anchorWeights is null ? valid : valid * tensor(anchorWeights).to(like.dtype, like.device).index_select(0, labels);
    }
}
