using Ballast.Core;

namespace Ballast.Robustness.Certified;

/// <summary>How the radius grows over training. Epochs count from 1, batches from 0 over the whole training; the value at a batch is the one used in its step.</summary>
/// <remarks>Source: Shi et al. (NeurIPS 2021), section 4; the smoothed form is that of Xu et al. (2020): a power, then a line of the same slope.</remarks>
public sealed class EpsilonSchedule
{
    private readonly double mid, power;
    private readonly bool isConstant;

    private EpsilonSchedule(int start, int length, double mid, double power, bool isConstant = false)
    {
        if (start < 1)
            throw new ArgumentException($"The ramp starts in epoch {start}; epochs count from 1.", nameof(start));
        Guard.NotNegative(length);
        Guard.InRange(mid, 0, 1);
        (Start, Length, this.mid, this.power, this.isConstant) = (start, length, mid, power, isConstant);
    }

    /// <summary>The epoch, from 1, before which the radius is 0.</summary>
    public int Start { get; }

    /// <summary>Epochs of the ramp; 0 for none.</summary>
    public int Length { get; }

    /// <summary>The last epoch of the ramp, in which regularisers still count.</summary>
    public int LastOfRamp => isConstant ? 0 : Start + Length - 1;

    /// <summary>0, then a power up to a share of the ramp, then a line to the full radius, without a kink in between.</summary>
    /// <param name="start">The epoch, from 1, at whose beginning the ramp starts.</param>
    /// <param name="length">Its epochs, at least 0.</param>
    /// <param name="mid">Share of the ramp at which the line begins, in [0, 1].</param>
    /// <param name="power">The power, at least 2.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public static EpsilonSchedule Smoothed(int start, int length, double mid = 0.25, double power = 4) =>
        power >= 2 ? new(start, length, mid, power) : throw new ArgumentException($"The power is {power}; it must be at least 2.", nameof(power));

    /// <summary>0, then a line to the full radius.</summary>
    public static EpsilonSchedule Linear(int start, int length) => new(start, length, 0, 1);

    /// <summary>The full radius from the first batch on.</summary>
    public static EpsilonSchedule Constant { get; } = new(1, 0, 0, 1, isConstant: true);

    /// <summary>The radius in the step of a batch.</summary>
    /// <param name="batch">From 0 over the whole training.</param>
    /// <param name="batchesPerEpoch">At least 1.</param>
    /// <param name="epsilon">The full radius.</param>
    public double At(long batch, int batchesPerEpoch, double epsilon)
    {
        if (isConstant)
            return epsilon;
        long first = (Start - 1L) * Guard.Positive(batchesPerEpoch), last = (Start + Length - 1L) * batchesPerEpoch;
        if (batch <= first)
            return 0;
        if (batch >= last)
            return epsilon;
        var middle = first + (long)Math.Floor(mid * (last - first));
        double curved = middle - first, straight = last - middle;
        // Slopes agree where the line begins.
        var rise = curved == 0 ? 0 : epsilon / (straight * power * Math.Pow(curved, power - 1) + Math.Pow(curved, power));
        var atMiddle = rise * Math.Pow(curved, power);
        return batch < middle ? rise * Math.Pow(batch - first, power) : straight == 0 ? epsilon : atMiddle + (epsilon - atMiddle) * (batch - middle) / straight;
    }

    /// <summary>Whether the full radius is reached in an epoch, counted from 1.</summary>
    public bool IsFull(int epoch) => epoch > LastOfRamp;

    /// <summary>Its numbers.</summary>
    public override string ToString() => isConstant ? "constant radius" : FormattableString.Invariant($"ramp from epoch {Start} over {Length}, mid {mid:R}, power {power:R}");
}
