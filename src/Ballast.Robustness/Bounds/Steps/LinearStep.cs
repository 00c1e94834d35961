using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Ballast.Robustness.Bounds.Steps;

/// <summary>x W^T + b over the last axis.</summary>
internal sealed class LinearStep(string name, int input, long[] shape, Tensor weight, Tensor? bias) : AffineStep(name, input, shape)
{
    private readonly Tensor absolute = weight.abs();

    protected override Tensor? Shift => bias;

    protected override long ForwardTerms => weight.shape[1];

    protected override Tensor Apply(Tensor x) => F.linear(x, weight);

    protected override Tensor ApplyAbsolute(Tensor x) => F.linear(x, absolute);

    protected override Tensor Transpose(Tensor coefficients) => matmul(coefficients, weight);

    public override void BackwardFrom(BackwardPass pass, Tensor elements, double sign)
    {
        if (Shape.Length > 1)
        {
            base.BackwardFrom(pass, elements, sign);
            return;
        }
        // A row of the unit matrix times W is a row of W.
        if (bias is not null)
            pass.AddOffset(bias.index_select(0, elements) * sign);
        pass.Send(Inputs[0], weight.index_select(0, elements) * sign);
    }
}
