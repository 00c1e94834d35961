using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Objectives.CompSum;

/// <summary>The comp-sum family: one number tau from sum-exponential (0) through cross-entropy (1) and generalised cross-entropy (1..2) to mean absolute error (2).</summary>
/// <remarks>
/// Source: Mao, Mohri and Zhong (ICML 2023), section 2. With p = softmax(z) the loss is -log p_y for tau = 1 and
/// (p_y^(tau-1) - 1) / (1 - tau) otherwise; its gradient is cross-entropy's times p_y^(tau-1). Larger tau forgives mislabelled rows, smaller tau
/// optimises faster. For tau &lt; 1 it overflows where log p_y is very negative: below the <see cref="Cutoff"/> it goes on along its tangent, so that the
/// gradient never vanishes; <see cref="RowsOnTangent"/> counts such rows. Train with tau &lt; 1 under a clipped gradient (<see cref="CompSumOptions.GradientNorm"/>).
/// </remarks>
/// <param name="tau">At least 0 and finite.</param>
public sealed class CompSumLoss(double tau) : ClassificationLoss
{
    /// <summary>The member of the family.</summary>
    public double Tau { get; } = CompSumTransform.CheckTau(tau);

    /// <summary>Rows since the epoch began whose log p_y lay below the <see cref="Cutoff"/>; always 0 for tau of at least 1.</summary>
    public long RowsOnTangent { get; private set; }

    /// <inheritdoc/>
    public override double? ClipNorm => new CompSumOptions { Tau = Tau }.GradientNorm;

    /// <inheritdoc/>
    public override void EpochBegun(int epoch, int epochs) => RowsOnTangent = 0;

    /// <inheritdoc/>
    /// <remarks>Half precision is widened to float32 first.</remarks>
    public override Tensor PerSample(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var logProbability = LogProbability(logits, labels);                                   // [B]
        return OfLogProbability(logProbability).MoveToOuterDisposeScope();
    }

    /// <summary>The loss where log p_y is known.</summary>
    /// <param name="logProbability">log p_y, at most 0, any shape.</param>
    internal Tensor OfLogProbability(Tensor logProbability)
    {
        if (Tau == 1)
            return -logProbability;
        if (Tau > 1)
            return logProbability.Times(Tau - 1).expm1().Over(1 - Tau);
        var cutoff = Cutoff(logProbability.dtype);
        using (no_grad())
            RowsOnTangent += (logProbability < cutoff).sum().item<long>();
        var regular = logProbability.AtLeast(cutoff).Times(Tau - 1).expm1().Over(1 - Tau);
        return regular + functional.relu(logProbability.neg().Plus(cutoff)).Times(Math.Exp((Tau - 1) * cutoff));
    }

    /// <summary>The gradient of the sum of the losses in the scores: p_y^(tau-1) (p_j - 1[j = y]).</summary>
    /// <param name="logits">[B, K].</param>
    /// <param name="labels">[B], int64.</param>
    /// <returns>[B, K].</returns>
    public Tensor Gradient(Tensor logits, Tensor labels)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var logProbability = LogProbability(logits, labels);
        var steepness = (Tau < 1 ? logProbability.AtLeast(Cutoff(logProbability.dtype)) : logProbability).Times(Tau - 1).exp();
        var residual = functional.softmax(logits.to(logProbability.dtype), 1) - functional.one_hot(labels, logits.shape[1]);
        return (steepness.unsqueeze(1) * residual).MoveToOuterDisposeScope();
    }

    /// <summary>log p_y below which the loss of tau &lt; 1 goes on along its tangent: -700 / (1 - tau) in double, -30 / (1 - tau) in float32; minus infinity for tau of at least 1.</summary>
    public double Cutoff(ScalarType type) => Tau >= 1 ? double.NegativeInfinity : (type == ScalarType.Float64 ? -700 : -30) / (1 - Tau);

    /// <inheritdoc/>
    public override string ToString() => $"comp-sum of tau {Tau:R}";

    private static Tensor LogProbability(Tensor logits, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        if (logits.dim() != 2 || logits.shape[1] < 2)
            throw new ArgumentException($"Scores must be [B, K] with at least 2 classes; found [{string.Join(", ", logits.shape)}].", nameof(logits));
        if (labels.dim() != 1 || labels.shape[0] != logits.shape[0])
            throw new ArgumentException($"Labels must be [{logits.shape[0]}]; found [{string.Join(", ", labels.shape)}].", nameof(labels));
        var wide = logits.dtype is ScalarType.Float16 or ScalarType.BFloat16 ? logits.to(ScalarType.Float32) : logits;
        return -functional.cross_entropy(wide, labels, reduction: Reduction.None);
    }
}
