using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds.Steps;

/// <summary>W x + b for any linear map W.</summary>
internal abstract class AffineStep(string name, int input, long[] shape) : BoundStep(name, [input], shape)
{
    /// <summary>b, broadcast to the result; null for 0.</summary>
    protected abstract Tensor? Shift { get; }

    /// <summary>At least the absolute values of all that b was computed from.</summary>
    protected virtual Tensor? ShiftSize => Shift?.abs();

    /// <summary>Terms of the sum for one element of W x.</summary>
    protected abstract long ForwardTerms { get; }

    public sealed override long Products => Size * ForwardTerms;

    public sealed override long Terms => Math.Max(ForwardTerms, Size);

    /// <summary>W x.</summary>
    protected abstract Tensor Apply(Tensor x);

    /// <summary>|W| x.</summary>
    protected abstract Tensor ApplyAbsolute(Tensor x);

    /// <summary>W^T of coefficients.</summary>
    protected abstract Tensor Transpose(Tensor coefficients);

    /// <summary>|W|^T of coefficients.</summary>
    protected abstract Tensor TransposeAbsolute(Tensor coefficients);

    public sealed override IReadOnlyList<Tensor> Transposed(Tensor coefficients) => [Transpose(coefficients)];

    public sealed override IReadOnlyList<Tensor> TransposedAbsolute(Tensor coefficients) => [TransposeAbsolute(coefficients)];

    public override Tensor Forward(IReadOnlyList<Tensor> x) => Shift is { } shift ? Apply(x[0]) + shift : Apply(x[0]);

    // c' = W c + b, r' = |W| r; with rounding r grows to hold both ends, and r' by γ_n (|W| (|c| + r) + |b|).
    public sealed override NodeBounds Interval(IReadOnlyList<NodeBounds> x, Soundness soundness)
    {
        if (soundness == Soundness.Nominal)
        {
            var (middles, reaches) = x[0].Centered;
            return NodeBounds.Around(Forward([middles]), ApplyAbsolute(reaches));
        }
        var (lower, upper) = (x[0].Lower, x[0].Upper);
        var center = (lower + upper) / 2;
        var radius = (upper - lower) / 2;
        var middle = Forward([center]);
        var size = center.abs() + radius;
        var wide = ApplyAbsolute(radius + size * (4 * Rounding.Unit));
        var terms = ApplyAbsolute(size);
        if (ShiftSize is { } shift)
            terms += shift;
        var reach = wide + terms * (2 * Rounding.Gamma(ForwardTerms)) + Rounding.Tiny;
        return new NodeBounds(middle - reach, middle + reach, terms.flatten(1).amax([1]) * (1 + 1e-9));
    }

    /// <summary>This step and the batch normalisation behind it as one.</summary>
    public virtual AffineStep With(BatchNormStep norm) => throw new InvalidOperationException($"'{Name}' takes no normalisation in.");

    public override void Backward(BackwardPass pass, Tensor coefficients)
    {
        // One number a channel: its coefficients are added up first.
        if (Shift is { } shift)
            pass.AddOffset(shift.dim() == 3 && shift.shape[1] == 1 && shift.shape[2] == 1 && shift.shape[0] == coefficients.shape[1]
                ? coefficients.flatten(2).sum(2).matmul(shift.flatten())
                : (coefficients * shift).flatten(1).sum(1));
        pass.Send(Inputs[0], Transpose(coefficients));
    }
}
