using static TorchSharp.torch;

namespace Ballast.Learning.Segmentation;

/// <summary>The usual segmentation loss: (1 - w) mean pixel cross-entropy + w mean soft Dice loss of the classes, over the whole batch. Groups do not matter.</summary>
/// <param name="classes">Classes K with the background, at least 2.</param>
/// <param name="diceWeight">w: .5 for U-Nets, .8 for SAMed.</param>
public sealed class CrossEntropyDiceLoss(int classes, double diceWeight = 0.5) : SegmentationLoss(classes, diceWeight)
{
    /// <inheritdoc/>
    protected override Tensor Of(Tensor logits, Tensor masks, Tensor truth, IReadOnlyList<int> groups) =>
        (1 - DiceWeight) * CrossEntropyByImage(logits, masks).mean() + DiceWeight * DiceByClass(logits.softmax(1), truth).mean();
}
