using Ballast.Core;
using static TorchSharp.torch;

namespace Ballast.Learning.Regression;

/// <summary>Feature distribution smoothing (FDS; Yang et al., ICML 2021, section 3.2): features of a label's bin take the mean and spread that its neighbours suggest.</summary>
/// <remarks>
/// After every epoch mean mu_b and variance var_b of the features of each bin move towards those of the epoch, and are smoothed across bins into mu~ and var~ by the kernel, mirrored
/// at the ends without repeating them; bins never seen are left out and the kernel renormalised. In training z becomes (z - mu_b) sqrt(clip(var~_b / var_b, 0.1, 10)) + mu~_b.
/// Dimensions without variance pass unchanged, as do bins never seen or whose variances sum to less than 1e-10.
/// </remarks>
public sealed class FeatureDistributionSmoothing : IDisposable
{
    private const double LeastVariance = 1e-10;

    private readonly FdsOptions options;
    private readonly double[] mirrored;
    private readonly Tensor mean, variance, smoothedMean, smoothedVariance, seen;

    /// <summary>Begins without statistics.</summary>
    /// <param name="featureCount">Width d of the features.</param>
    /// <param name="options">Bins, kernel, momentum.</param>
    /// <param name="type">Kind of number of the statistics; float32 unless given.</param>
    /// <param name="device">Where they lie; the processor unless given.</param>
    /// <exception cref="ArgumentException">There are too few bins for the kernel, the momentum lies outside [0, 1), or the first epoch is below 1.</exception>
    public FeatureDistributionSmoothing(int featureCount, FdsOptions options, ScalarType type = ScalarType.Float32, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Guard.Positive(featureCount);
        if (!(options.Momentum >= 0 && options.Momentum < 1))
            throw new ArgumentOutOfRangeException(nameof(options), options.Momentum, "The momentum must lie in [0, 1).");
        if (options.FirstEpoch < 1)
            throw new ArgumentOutOfRangeException(nameof(options), options.FirstEpoch, "Smoothing begins at epoch 1 or later.");
        if (options.Bins.Count <= options.Kernel.Half)
            throw new ArgumentException($"{options.Bins.Count} bins are too few for a kernel that reaches {options.Kernel.Half} to each side.", nameof(options));
        this.options = options;
        Tensor Block(long width) => zeros([options.Bins.Count, width], type, device).DetachFromDisposeScope();
        (mean, variance, smoothedMean, smoothedVariance, seen) = (Block(featureCount), Block(featureCount), Block(featureCount), Block(featureCount), Block(1));
        mirrored = Mirrored(options);
    }

    /// <summary>[bins, d] running means mu_b.</summary>
    public Tensor RunningMean => mean;

    /// <summary>[bins, d] running variances var_b.</summary>
    public Tensor RunningVariance => variance;

    /// <summary>[bins, d] means smoothed across bins.</summary>
    public Tensor SmoothedMean => smoothedMean;

    /// <summary>[bins, d] variances smoothed across bins.</summary>
    public Tensor SmoothedVariance => smoothedVariance;

    /// <summary>What it carries from epoch to epoch.</summary>
    public IEnumerable<(string Name, Tensor Tensor)> State =>
    [
        ("fds.mean", mean), ("fds.variance", variance), ("fds.smoothed_mean", smoothedMean), ("fds.smoothed_variance", smoothedVariance), ("fds.seen", seen),
    ];

    /// <summary>Takes an epoch's features into the running statistics and smooths them for the next epoch.</summary>
    /// <param name="features">[n, d] unsmoothed features of all training samples.</param>
    /// <param name="labels">[n] or [n, 1] labels.</param>
    /// <exception cref="ArgumentException">The shapes disagree, or a label is NaN.</exception>
    public void UpdateEpoch(Tensor features, Tensor labels)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        features = features.detach().to(mean.dtype, mean.device);
        var bins = BinsOf(features, labels);
        var counts = zeros_like(seen).index_add_(0, bins, ones(features.shape[0], 1, mean.dtype, mean.device), 1);       // [bins, 1]
        var newMean = zeros_like(mean).index_add_(0, bins, features, 1) / counts.clamp_min(1);
        var centred = features - newMean.index_select(0, bins);
        var newVariance = zeros_like(mean).index_add_(0, bins, centred.square(), 1) / (counts - 1).clamp_min(1);
        var keep = where(seen > 0, full_like(seen, options.Momentum), zeros_like(seen));                                 // the first time: replaced
        mean.copy_(where(counts > 0, keep * mean + (1 - keep) * newMean, mean));
        variance.copy_(where(counts > 0, keep * variance + (1 - keep) * newVariance, variance));
        seen.copy_(maximum(seen, (counts > 0).to(seen.dtype)));
        SmoothAcrossBins();
    }

    /// <summary>The features of a training batch, recentred and respread bin by bin; gradients flow through.</summary>
    /// <param name="features">[n, d].</param>
    /// <param name="labels">[n] or [n, 1].</param>
    /// <returns>[n, d].</returns>
    /// <exception cref="ArgumentException">The shapes disagree, or a label is NaN.</exception>
    public Tensor Smooth(Tensor features, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var bins = BinsOf(features, labels);
        var known = (seen > 0).logical_and(variance.sum(1, keepdim: true) >= LeastVariance).logical_and(variance > 0);   // [bins, d]
        var factor = (smoothedVariance / where(known, variance, ones_like(variance))).clamp(0.1, 10).sqrt();
        var scale = where(known, factor, ones_like(factor));
        var shift = where(known, smoothedMean - mean * factor, zeros_like(mean));
        return (features * scale.index_select(0, bins) + shift.index_select(0, bins)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, tensor) in State)
            tensor.Dispose();
    }

    private void SmoothAcrossBins()
    {
        var kernel = tensor(mirrored, mean.dtype, mean.device).reshape(options.Bins.Count, options.Bins.Count) * seen.t();
        kernel = kernel / kernel.sum(1, keepdim: true).clamp_min(1e-30);
        smoothedMean.copy_(kernel.matmul(mean));
        smoothedVariance.copy_(kernel.matmul(variance));
    }

    private Tensor BinsOf(Tensor features, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        if (features.dim() != 2 || features.shape[1] != mean.shape[1])
            throw new ArgumentException($"The features have shape [{string.Join(", ", features.shape)}]; expected [n, {mean.shape[1]}].", nameof(features));
        if (labels.numel() != features.shape[0])
            throw new ArgumentException($"There are {labels.numel()} labels for {features.shape[0]} rows of features.", nameof(labels));
        var flat = labels.detach().reshape(-1);
        if (flat.isnan().any().item<bool>())
            throw new ArgumentException("A label is NaN.", nameof(labels));
        return ((flat - options.Bins.Origin) / options.Bins.Width).floor().clamp(0, options.Bins.Count - 1).to(int64).to(mean.device);
    }

    /// <summary>bins x bins: how much bin j counts for bin b, mirrored at the ends (c b | a b c).</summary>
    private static double[] Mirrored(FdsOptions options)
    {
        var (bins, kernel) = (options.Bins.Count, options.Kernel);
        var weights = new double[checked(bins * bins)];
        for (var b = 0; b < bins; b++)
            for (var offset = -kernel.Half; offset <= kernel.Half; offset++)
            {
                var place = Math.Abs(b + offset);
                weights[b * bins + (place < bins ? place : 2 * (bins - 1) - place)] += kernel[offset];
            }
        return weights;
    }
}
