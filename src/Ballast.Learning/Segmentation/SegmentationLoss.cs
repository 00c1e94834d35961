using Ballast.Core;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Segmentation;

/// <summary>A loss of pixel scores against masks, that may know which group each image is of.</summary>
public abstract class SegmentationLoss
{
    private const double Smooth = 1e-5;

    /// <summary>Makes a loss.</summary>
    /// <param name="classes">Classes K with the background, at least 2.</param>
    /// <param name="diceWeight">Weight w of the Dice term, 0 to 1; cross-entropy weighs 1 - w.</param>
    protected SegmentationLoss(int classes, double diceWeight) => (Classes, DiceWeight) = (Guard.InRange(classes, 2, 256), Guard.InRange(diceWeight, 0, 1));

    /// <summary>Classes K.</summary>
    public int Classes { get; }

    /// <summary>w.</summary>
    public double DiceWeight { get; }

    /// <summary>The loss of a batch.</summary>
    /// <param name="logits">[B, K, H, W].</param>
    /// <param name="masks">[B, H, W], int64, 0..K-1.</param>
    /// <param name="groups">[B] groups from 0.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">Shapes disagree, or a mask or a group lies outside.</exception>
    public Tensor Forward(Tensor logits, Tensor masks, IReadOnlyList<int> groups)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(masks);
        ArgumentNullException.ThrowIfNull(groups);
        if (logits.dim() != 4 || logits.shape[1] != Classes || logits.shape[0] == 0)
            throw new ArgumentException($"The logits have shape [{string.Join(", ", logits.shape)}]; expected [B, {Classes}, H, W].", nameof(logits));
        if (masks.dim() != 3 || masks.shape[0] != logits.shape[0] || masks.shape[1] != logits.shape[2] || masks.shape[2] != logits.shape[3])
            throw new ArgumentException($"The masks have shape [{string.Join(", ", masks.shape)}]; expected [{logits.shape[0]}, {logits.shape[2]}, {logits.shape[3]}].", nameof(masks));
        Guard.SameLength((int)logits.shape[0], groups.Count, nameof(logits), nameof(groups));
        using var scope = NewDisposeScope();
        if (masks.min().item<long>() < 0 || masks.max().item<long>() >= Classes)
            throw new ArgumentException($"The masks hold {masks.min().item<long>()} to {masks.max().item<long>()}; expected 0..{Classes - 1}.", nameof(masks));
        var truth = functional.one_hot(masks, Classes).permute(0, 3, 1, 2).to(logits.dtype);              // T, [B, K, H, W]
        return Of(logits, masks, truth, groups).MoveToOuterDisposeScope();
    }

    /// <summary>The loss of a checked batch.</summary>
    protected abstract Tensor Of(Tensor logits, Tensor masks, Tensor truth, IReadOnlyList<int> groups);

    /// <summary>1 - (2 sum P T + e) / (sum P^2 + sum T^2 + e) of every class, over all pixels of the images, e = 1e-5.</summary>
    /// <returns>[K].</returns>
    protected static Tensor DiceByClass(Tensor probabilities, Tensor truth)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        ArgumentNullException.ThrowIfNull(truth);
        long[] pixels = [0, 2, 3];
        return 1 - (2 * (probabilities * truth).sum(pixels) + Smooth) / (probabilities.square().sum(pixels) + truth.square().sum(pixels) + Smooth);
    }

    /// <summary>Mean pixel cross-entropy of every image.</summary>
    /// <returns>[B].</returns>
    protected static Tensor CrossEntropyByImage(Tensor logits, Tensor masks) =>
        functional.cross_entropy(logits, masks, reduction: Reduction.None).mean([1L, 2L]);
}
