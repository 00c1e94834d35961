using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Ballast.Robustness.Bounds.Steps;

/// <summary>s (x W^T) + b over the last axis; s multiplies each result, and is 1 unless a batch normalisation is folded in: weights are many, results few.</summary>
internal sealed class LinearStep(string name, int input, long[] shape, Tensor weight, Tensor? bias, Tensor? scale = null) : AffineStep(name, input, shape)
{
    private readonly Tensor absolute = weight.abs();

    protected override Tensor? Shift => bias;

    protected override long ForwardTerms => weight.shape[1];

    protected override Tensor Apply(Tensor x) => scale is null ? F.linear(x, weight) : F.linear(x, weight) * scale;

    protected override Tensor ApplyAbsolute(Tensor x) => scale is null ? F.linear(x, absolute) : F.linear(x, absolute) * scale.abs();

    public override Tensor Forward(IReadOnlyList<Tensor> x) => scale is null ? F.linear(x[0], weight, bias) : base.Forward(x);

    public override AffineStep With(BatchNormStep norm) => new LinearStep(Name, Inputs[0], Shape, weight, norm.Folded(bias), norm.Scale.flatten());

    protected override Tensor Transpose(Tensor coefficients) => matmul(scale is null ? coefficients : coefficients * scale, weight);

    protected override Tensor TransposeAbsolute(Tensor coefficients) => matmul(scale is null ? coefficients : coefficients * scale.abs(), absolute);

    public override void BackwardFrom(BackwardPass pass, Tensor elements, double sign)
    {
        if (Shape.Length > 1 || scale is not null)
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
