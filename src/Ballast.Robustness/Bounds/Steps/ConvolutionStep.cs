using Ballast.Exchange.Networks.Operators;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Ballast.Robustness.Bounds.Steps;

/// <summary>A convolution over two spatial axes.</summary>
internal sealed class ConvolutionStep(string name, int input, long[] inputShape, long[] shape, Tensor weight, Tensor? bias, SlidingWindow window, int groups) : AffineStep(name, input, shape)
{
    private readonly Tensor absolute = weight.abs();
    private readonly Tensor? shift = bias?.reshape(-1, 1, 1);
    private readonly WindowFrame frame = new(window, inputShape);

    protected override Tensor? Shift => shift;

    protected override long ForwardTerms => weight.shape[1] * weight.shape[2] * weight.shape[3];

    protected override Tensor Apply(Tensor x) => Convolve(x, weight);

    protected override Tensor ApplyAbsolute(Tensor x) => Convolve(x, absolute);

    public override Tensor Forward(IReadOnlyList<Tensor> x) => Convolve(x[0], weight, bias);

    public override AffineStep With(BatchNormStep norm) => new ConvolutionStep(Name, Inputs[0], inputShape, Shape, weight * norm.Scale.reshape(-1, 1, 1, 1), norm.Folded(bias), window, groups);

    protected override Tensor Transpose(Tensor coefficients) => Transposed(coefficients, weight);

    protected override Tensor TransposeAbsolute(Tensor coefficients) => Transposed(coefficients, absolute);

    private Tensor Transposed(Tensor coefficients, Tensor kernel) => frame.Crop(F.conv_transpose2d(
        coefficients, kernel, strides: frame.Strides, padding: frame.Padding, output_padding: frame.OutputPadding(Shape), groups: groups, dilation: frame.Dilations));

    private Tensor Convolve(Tensor x, Tensor kernel, Tensor? added = null) => F.conv2d(frame.Pad(x, 0), kernel, added, strides: frame.Strides, padding: frame.Padding, dilation: frame.Dilations, groups: groups);
}
