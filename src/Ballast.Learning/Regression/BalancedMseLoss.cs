using Ballast.Core;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Regression;

/// <summary>Balanced mean squared error (Ren et al., CVPR 2022): the squared error as if labels were evenly spread.</summary>
/// <remarks>
/// With noise variance s^2 the likelihood of a label is weighed against that of all labels the training set could have shown: those of the batch (<see cref="Bmc"/>, eq. 9),
/// a Gaussian mixture (<see cref="Gai"/>, eq. 8) or bins (<see cref="Bni"/>). The loss is scaled by 2 s^2, through which no gradient flows.
/// </remarks>
public abstract class BalancedMseLoss : RegressionLoss
{
    private readonly Parameter noise;
    private readonly bool isLearned;

    private BalancedMseLoss(double noiseVariance, NoiseVariance kind)
    {
        isLearned = kind == NoiseVariance.Learned;
        noise = Parameter(tensor(Math.Sqrt(Guard.Positive(noiseVariance)), float64), isLearned);
        noise.DetachFromDisposeScope();
    }

    /// <summary>s, the standard deviation of the noise.</summary>
    public double NoiseDeviation => Math.Abs(noise.detach().cpu().item<double>());

    /// <inheritdoc/>
    public override IEnumerable<(string Name, Parameter Parameter)> NamedParameters => isLearned ? [("noise", noise)] : [];

    /// <summary>Against the labels of the batch: cross-entropy of -(p_i - y_j)^2 / (2 s^2) with the own label as class. Labels of any width.</summary>
    /// <param name="noiseVariance">s^2 at the start, greater than 0.</param>
    /// <param name="kind">Whether s is trained.</param>
    public static BalancedMseLoss Bmc(double noiseVariance = 1, NoiseVariance kind = NoiseVariance.Learned) => new BatchForm(noiseVariance, kind);

    /// <summary>Against a Gaussian mixture of the training labels. Labels of one number.</summary>
    /// <param name="labels">The mixture fitted to the training labels, 8 to 16 components.</param>
    /// <param name="noiseVariance">s^2 at the start, greater than 0.</param>
    /// <param name="kind">Whether s is trained.</param>
    public static BalancedMseLoss Gai(GaussianMixture labels, double noiseVariance = 1, NoiseVariance kind = NoiseVariance.Learned)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return new MixtureForm(labels, noiseVariance, kind);
    }

    /// <summary>Against a histogram of the training labels; bins of weight 0 are left out. Labels of one number.</summary>
    /// <param name="centres">Centres of the bins.</param>
    /// <param name="frequencies">Share of the labels in each bin, at least 0.</param>
    /// <param name="noiseVariance">s^2 at the start, greater than 0.</param>
    /// <param name="kind">Whether s is trained.</param>
    /// <exception cref="ArgumentException">Lengths differ, a frequency is negative or all are 0.</exception>
    public static BalancedMseLoss Bni(ReadOnlySpan<double> centres, ReadOnlySpan<double> frequencies, double noiseVariance = 1, NoiseVariance kind = NoiseVariance.Learned)
    {
        Guard.SameLength(centres.Length, frequencies.Length, nameof(centres), nameof(frequencies));
        var (used, shares) = (new List<double>(), new List<double>());
        for (var k = 0; k < centres.Length; k++)
            if (Guard.NotNegative(frequencies[k], nameof(frequencies)) > 0)
            {
                used.Add(centres[k]);
                shares.Add(frequencies[k]);
            }
        if (used.Count == 0)
            throw new ArgumentException("All frequencies are 0.", nameof(frequencies));
        return new BinForm([.. used], [.. shares], noiseVariance, kind);
    }

    /// <inheritdoc/>
    public sealed override Tensor PerSample(Tensor predictions, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var variance = noise.to(predictions.dtype, predictions.device).square();
        return (Scaled(predictions, targets, variance) * (2 * variance.detach())).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public sealed override string ToString() => $"balanced mean squared error against {Against}, noise {(isLearned ? "learnt" : $"of deviation {NoiseDeviation:R}")}";

    /// <summary>What the likelihood is weighed against.</summary>
    private protected abstract string Against { get; }

    /// <summary>[B] the loss before the factor 2 s^2.</summary>
    private protected abstract Tensor Scaled(Tensor predictions, Tensor targets, Tensor variance);

    private static Tensor OneNumber(Tensor values) => values.shape[1] == 1
        ? values
        : throw new ArgumentException($"The labels have {values.shape[1]} numbers; this form of balanced MSE takes one.", nameof(values));

    private sealed class BatchForm(double noiseVariance, NoiseVariance kind) : BalancedMseLoss(noiseVariance, kind)
    {
        private protected override string Against => "the batch";

        private protected override Tensor Scaled(Tensor predictions, Tensor targets, Tensor variance)
        {
            var squares = (predictions.unsqueeze(1) - targets.unsqueeze(0)).square().sum(2);            // [B, B]
            var own = arange(predictions.shape[0], dtype: int64, device: predictions.device);
            return functional.cross_entropy(-squares / (2 * variance), own, reduction: Reduction.None);
        }
    }

    private sealed class MixtureForm(GaussianMixture labels, double noiseVariance, NoiseVariance kind) : BalancedMseLoss(noiseVariance, kind)
    {
        private protected override string Against =>
            $"a mixture of weights {string.Join(", ", labels.Weights)}, means {string.Join(", ", labels.Means)} and variances {string.Join(", ", labels.Variances)}";

        private protected override Tensor Scaled(Tensor predictions, Tensor targets, Tensor variance)
        {
            Tensor Row(IReadOnlyList<double> values) => tensor(values.ToArray(), predictions.dtype, predictions.device);
            var (p, y) = (OneNumber(predictions), targets);
            var spread = Row(labels.Variances) + variance;                                              // v_k + s^2, [K]
            var components = Row(labels.Weights).log() - 0.5 * spread.log() - (p - Row(labels.Means)).square() / (2 * spread);
            return (p - y).square().squeeze(1) / (2 * variance) + 0.5 * variance.log() + components.logsumexp(1);
        }
    }

    private sealed class BinForm(double[] centres, double[] frequencies, double noiseVariance, NoiseVariance kind) : BalancedMseLoss(noiseVariance, kind)
    {
        private protected override string Against => $"bins at {string.Join(", ", centres)} of shares {string.Join(", ", frequencies)}";

        private protected override Tensor Scaled(Tensor predictions, Tensor targets, Tensor variance)
        {
            Tensor Row(double[] values) => tensor(values, predictions.dtype, predictions.device);
            var (p, y) = (OneNumber(predictions), targets);
            var bins = Row(frequencies).log() - (p - Row(centres)).square() / (2 * variance);           // [B, K]
            return (p - y).square().squeeze(1) / (2 * variance) + bins.logsumexp(1);
        }
    }
}
