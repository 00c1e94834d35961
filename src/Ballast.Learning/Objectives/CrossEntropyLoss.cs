using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Objectives;

/// <summary>Cross-entropy of softmax: -log p_y.</summary>
public sealed class CrossEntropyLoss : ClassificationLoss
{
    /// <inheritdoc/>
    public override Tensor PerSample(Tensor logits, Tensor labels) => functional.cross_entropy(logits, labels, reduction: Reduction.None);

    /// <inheritdoc/>
    public override string ToString() => "cross-entropy";
}
