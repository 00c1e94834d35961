using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds.Steps;

/// <summary>a + b or a - b of two computed values of the same shape: a residual connection.</summary>
internal sealed class SumStep(string name, int left, int right, long[] shape, double sign) : BoundStep(name, [left, right], shape)
{
    public override Tensor Forward(IReadOnlyList<Tensor> x) => sign > 0 ? x[0] + x[1] : x[0] - x[1];

    public override NodeBounds Interval(IReadOnlyList<NodeBounds> x, Soundness soundness)
    {
        var (a, b) = (x[0], x[1]);
        if (soundness == Soundness.Nominal)
        {
            var ((center, radius), (otherCenter, otherRadius)) = (a.Centered, b.Centered);
            return NodeBounds.Around(sign > 0 ? center + otherCenter : center - otherCenter, radius + otherRadius);
        }
        var (lower, upper) = sign > 0 ? (a.Lower + b.Lower, a.Upper + b.Upper) : (a.Lower - b.Upper, a.Upper - b.Lower);
        var size = NodeBounds.Greatest(a.Lower, a.Upper) + NodeBounds.Greatest(b.Lower, b.Upper);
        return new NodeBounds(lower - (lower.abs() * (4 * Rounding.Unit) + Rounding.Tiny), upper + (upper.abs() * (4 * Rounding.Unit) + Rounding.Tiny), size * (1 + 1e-9));
    }

    public override IReadOnlyList<Tensor> Transposed(Tensor coefficients) => [coefficients, sign > 0 ? coefficients : -coefficients];

    public override IReadOnlyList<Tensor> TransposedAbsolute(Tensor coefficients) => [coefficients, coefficients];

    public override void Backward(BackwardPass pass, Tensor coefficients)
    {
        pass.Send(Inputs[0], coefficients);
        pass.Send(Inputs[1], sign > 0 ? coefficients : -coefficients);
    }
}
