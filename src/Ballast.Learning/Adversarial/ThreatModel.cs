using Ballast.Core;
using static TorchSharp.torch;

namespace Ballast.Learning.Adversarial;

/// <summary>What an attacker may do to a sample: move it by at most <see cref="Epsilon"/> in a norm and stay in the range of the data.</summary>
/// <remarks>Tensors are [B, ...]: every axis but the first belongs to a sample. Source of the projections: Madry et al. (ICLR 2018).</remarks>
/// <param name="norm">The norm.</param>
/// <param name="epsilon">The radius, at least 0.</param>
public sealed class ThreatModel(PerturbationNorm norm, double epsilon)
{
    private const double Tiny = 1e-12;

    /// <summary>The norm.</summary>
    public PerturbationNorm Norm { get; } = norm;

    /// <summary>The radius.</summary>
    public double Epsilon { get; } = Guard.NotNegative(epsilon);

    /// <summary>Least value of a feature; null where there is none.</summary>
    public double? Minimum { get; init; }

    /// <summary>Largest value of a feature; null where there is none.</summary>
    public double? Maximum { get; init; }

    /// <summary>Samples with features in [0, 1], such as pixels, moved by at most <paramref name="epsilon"/> in the maximum norm.</summary>
    public static ThreatModel Pixels(double epsilon) => new(PerturbationNorm.LInfinity, epsilon) { Minimum = 0, Maximum = 1 };

    /// <summary>Norm, radius and range.</summary>
    public override string ToString() => $"{Norm} ball of {Epsilon:R} in [{Minimum}, {Maximum}]";

    /// <summary>The steepest unit step: the sign of the gradient (sign of 0 is 0), or the gradient over its length.</summary>
    /// <param name="gradient">[B, ...], of the sum of the samples' losses.</param>
    public Tensor Direction(Tensor gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        return Norm == PerturbationNorm.LInfinity ? gradient.sign() : gradient / Lengths(gradient).Plus(Tiny);
    }

    /// <summary>The point moved into the ball around <paramref name="center"/>, then into the data's range, which keeps it in the ball.</summary>
    /// <param name="point">[B, ...].</param>
    /// <param name="center">[B, ...], in the data's range.</param>
    public Tensor Project(Tensor point, Tensor center)
    {
        ArgumentNullException.ThrowIfNull(point);
        ArgumentNullException.ThrowIfNull(center);
        if (Norm == PerturbationNorm.LInfinity)
            return Clamp(minimum(maximum(point, center.Plus(-Epsilon)), center.Plus(Epsilon)));
        var change = point - center;
        return Clamp(center + change * Lengths(change).Plus(Tiny).reciprocal().Times(Epsilon).AtMost(1));
    }

    /// <summary>The point with every feature cut to the data's range.</summary>
    public Tensor Clamp(Tensor point)
    {
        ArgumentNullException.ThrowIfNull(point);
        var above = Minimum is { } low ? point.AtLeast(low) : point;
        return Maximum is { } high ? above.AtMost(high) : above;
    }

    /// <summary>Throws where a sample lies outside the data's range by more than 1e-6: an attack would move it for free.</summary>
    /// <exception cref="ArgumentException">A feature lies outside.</exception>
    internal void CheckInRange(Tensor inputs)
    {
        using var scope = NewDisposeScope();
        if (Minimum is { } low && inputs.min().to(ScalarType.Float64).item<double>() is var least && least < low - 1e-6)
            throw new ArgumentException($"An input of {least} lies below the data's range, which begins at {low}.", nameof(inputs));
        if (Maximum is { } high && inputs.max().to(ScalarType.Float64).item<double>() is var most && most > high + 1e-6)
            throw new ArgumentException($"An input of {most} lies above the data's range, which ends at {high}.", nameof(inputs));
    }

    // [B, 1, ...]
    private static Tensor Lengths(Tensor values)
    {
        var lengths = values.flatten(1).norm(1);
        return lengths.reshape([lengths.shape[0], .. Enumerable.Repeat(1L, (int)values.dim() - 1)]);
    }
}
