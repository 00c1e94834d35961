using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds.Fused;

/// <summary>The fused functions in torch's own operations and with its gradients: for tensors on a graphics card, whose memory our loops cannot reach.</summary>
internal static class TorchForms
{
    private const double Narrow = 1e-30;

    /// <summary>Whether a tensor's memory is the processor's.</summary>
    public static bool IsOnProcessor(Tensor tensor) => tensor.device_type == TorchSharp.DeviceType.CPU;

    /// <inheritdoc cref="IntervalRelu.Of"/>
    public static (Tensor Middle, Tensor Reach) IntervalRelu(Tensor middle, Tensor reach)
    {
        var (low, high) = ((middle - reach).relu(), (middle + reach).relu());
        return ((high + low) * 0.5, (high - low) * 0.5);
    }

    /// <inheritdoc cref="ReluLines.Of"/>
    public static (Tensor Coefficients, Tensor Cost) ReluLines(Tensor coefficients, Tensor middle, Tensor reach)
    {
        // By ReLUs, whose gradient at 0 is 0: an interval of no width at 0 sends nothing back.
        var (low, high) = (-(reach - middle).relu(), (middle + reach).relu());
        var chord = high / (high - low).clamp_min(Narrow);
        var below = chord.detach().gt(0.5).to_type(coefficients.dtype);
        var sent = coefficients * where(coefficients.detach().gt(0), below, chord);
        return (sent, (coefficients.clamp_max(0) * -chord * low).flatten(1).sum(1));
    }

    /// <inheritdoc cref="BatchNormalization.Of"/>
    public static (Tensor Normalized, Tensor Scale, Tensor Shift, Tensor Mean, Tensor Variance) BatchNormalization(Tensor batch, Tensor gamma, Tensor beta, double epsilon)
    {
        long[] others = [0, .. Enumerable.Range(2, (int)batch.dim() - 2).Select(axis => (long)axis)];
        long[] channels = [-1, .. Enumerable.Repeat(1L, (int)batch.dim() - 2)];
        var (variance, mean) = var_mean(batch, others, unbiased: false);
        var scale = gamma / (variance + epsilon).sqrt();
        var shift = beta - mean * scale;
        return (addcmul(shift.reshape(channels), batch, scale.reshape(channels), 1), scale, shift, mean.detach(), variance.detach());
    }

    /// <inheritdoc cref="ReluSums.Of"/>
    public static (Tensor Sums, Tensor Counts) ReluSums(Tensor middle, Tensor reach)
    {
        var (isActive, isInactive) = ((middle - reach).detach().gt(0), (middle + reach).detach().lt(0));
        var (active, inactive) = (middle * isActive.to_type(middle.dtype), middle * isInactive.to_type(middle.dtype));
        Tensor Sum(Tensor values) => values.sum(float64);
        return (
            stack([Sum(middle), Sum(reach), Sum(active), Sum(active.square()), Sum(inactive), Sum(inactive.square())]),
            stack([Sum(isActive), Sum(isInactive)]));
    }
}
