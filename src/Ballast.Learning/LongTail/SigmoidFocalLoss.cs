using Ballast.Core;
using Ballast.Learning.Objectives;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.LongTail;

/// <summary>Focal loss of independent sigmoids (Lin et al., ICCV 2017, eq. 5): -alpha_t (1 - p_t)^gamma log p_t for every entry.</summary>
/// <remarks>p_t = p and alpha_t = alpha where the entry is 1, 1 - p and 1 - alpha where it is 0. As a classification loss it takes each class against the rest and sums over classes.</remarks>
/// <param name="alpha">Weight of the ones, in [0, 1].</param>
/// <param name="gamma">At least 0.</param>
public sealed class SigmoidFocalLoss(double alpha = 0.25, double gamma = 2) : ClassificationLoss
{
    /// <summary>Weight of the ones.</summary>
    public double Alpha { get; } = Guard.InRange(alpha, 0, 1);

    /// <summary>gamma.</summary>
    public double Gamma { get; } = Guard.NotNegative(gamma);

    /// <summary>The loss of every entry.</summary>
    /// <param name="logits">Scores of any shape.</param>
    /// <param name="targets">0 or 1, same shape and kind of number.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public Tensor Entries(Tensor logits, Tensor targets)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(targets);
        if (!logits.shape.SequenceEqual(targets.shape))
            throw new ArgumentException($"The targets have shape [{string.Join(", ", targets.shape)}]; expected [{string.Join(", ", logits.shape)}].", nameof(targets));
        using var scope = NewDisposeScope();
        var losses = -functional.logsigmoid((2 * targets - 1) * logits);        // -log p_t
        var weights = Alpha * targets + (1 - Alpha) * (1 - targets);
        return (weights * FocalLoss.Modulate(losses, Gamma)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor PerSample(Tensor logits, Tensor labels)
    {
        ClassVector.Check(logits, labels, (int)logits.shape[^1]);
        using var scope = NewDisposeScope();
        var targets = functional.one_hot(labels, logits.shape[1]).to(logits.dtype);
        return Entries(logits, targets).sum(1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override string ToString() => $"sigmoid focal of alpha {Alpha:R} and gamma {Gamma:R}";
}
