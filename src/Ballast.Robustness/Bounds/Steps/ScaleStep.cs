using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds.Steps;

/// <summary>s x + t, element by element: batch normalisation at inference, and arithmetic with constants.</summary>
/// <param name="name">The node's name.</param>
/// <param name="input">The step it is computed from.</param>
/// <param name="shape">Shape of input and result.</param>
/// <param name="scale">s, broadcast to the shape; null for 1. Right to within a few units in the last place.</param>
/// <param name="shift">t, broadcast to the shape; null for 0.</param>
/// <param name="shiftSize">At least the absolute values of all that t was computed from; null for |t|.</param>
internal sealed class ScaleStep(string name, int input, long[] shape, Tensor? scale, Tensor? shift, Tensor? shiftSize = null) : AffineStep(name, input, shape)
{
    private readonly Tensor? absolute = scale?.abs();
    private readonly Tensor? size = shiftSize ?? shift?.abs();

    protected override Tensor? Shift => shift;

    protected override Tensor? ShiftSize => size;

    protected override long ForwardTerms => 8;

    protected override Tensor Apply(Tensor x) => scale is null ? x : x * scale;

    protected override Tensor ApplyAbsolute(Tensor x) => absolute is null ? x : x * absolute;

    protected override Tensor Transpose(Tensor coefficients) => scale is null ? coefficients : coefficients * scale;
}
