using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds;

/// <summary>Boxes of inputs, one a sample: everything between <see cref="Lower"/> and <see cref="Upper"/>.</summary>
public sealed class InputBox
{
    /// <summary>Boxes between two tensors of the same shape.</summary>
    /// <param name="lower">[B, ...].</param>
    /// <param name="upper">[B, ...], at least <paramref name="lower"/>.</param>
    /// <exception cref="ArgumentException">Shapes differ, or an end is NaN or above the other.</exception>
    public InputBox(Tensor lower, Tensor upper)
    {
        ArgumentNullException.ThrowIfNull(lower);
        ArgumentNullException.ThrowIfNull(upper);
        if (!lower.shape.AsSpan().SequenceEqual(upper.shape))
            throw new ArgumentException($"The lower ends are [{string.Join(", ", lower.shape)}], the upper ends [{string.Join(", ", upper.shape)}].", nameof(upper));
        using var scope = NewDisposeScope();
        if (lower.numel() > 0 && !lower.le(upper).all().item<bool>())
            throw new ArgumentException("A box is empty: a lower end is above the upper end, or not a number.", nameof(lower));
        (Lower, Upper) = (lower, upper);
    }

    /// <summary>Least inputs, [B, ...].</summary>
    public Tensor Lower { get; }

    /// <summary>Greatest inputs, [B, ...].</summary>
    public Tensor Upper { get; }

    /// <summary>Number of boxes.</summary>
    public int Count => (int)Lower.shape[0];

    /// <summary>All inputs that differ from a sample by at most <paramref name="epsilon"/> in each coordinate and lie in the data's range.</summary>
    /// <param name="inputs">[B, ...], in the data's range.</param>
    /// <param name="epsilon">At least 0, in the units of the input; at most the width of the range.</param>
    /// <param name="least">Least value an input may have.</param>
    /// <param name="greatest">Greatest value an input may have.</param>
    /// <remarks>Computed in double precision and rounded outward, so that the box in real arithmetic is inside.</remarks>
    /// <exception cref="ArgumentException">The radius is negative, NaN or wider than the range.</exception>
    public static InputBox Around(Tensor inputs, double epsilon, double least = 0, double greatest = 1)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (!(epsilon >= 0))
            throw new ArgumentException($"The radius is {epsilon}; it must be at least 0.", nameof(epsilon));
        if (!(least < greatest))
            throw new ArgumentException($"The data's range is [{least}, {greatest}].", nameof(least));
        if (epsilon > greatest - least)
            throw new ArgumentException($"The radius {epsilon} is wider than the data's range [{least}, {greatest}].", nameof(epsilon));
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var x = inputs.to(float64);
        if (x.numel() > 0 && !x.ge(least).logical_and(x.le(greatest)).all().item<bool>())
            throw new ArgumentException($"An input lies outside the data's range [{least}, {greatest}].", nameof(inputs));
        var reach = epsilon == 0 ? x.abs() * 0 : epsilon + (x.abs() + epsilon) * Rounding.Unit * 4;
        return new InputBox((x - reach).clamp_min(least).MoveToOuterDisposeScope(), (x + reach).clamp_max(greatest).MoveToOuterDisposeScope());
    }
}
