using Ballast.Exchange.Networks.Operators;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Ballast.Learning.Onnx;

/// <summary>Activations and elementary functions in torch.</summary>
internal static class TorchActivations
{
    // From here on log(1 + e^x) is x in double precision too; torch's own default of 20 is not exact there.
    private const double SoftplusLinear = 40;

    public static Tensor Apply(ElementwiseOperator activation, Tensor x) => activation switch
    {
        ReluOperator => x.relu(),
        LeakyReluOperator leaky => x.leaky_relu(leaky.Slope),
        EluOperator elu => x.elu(elu.Alpha, 1, 1),
        SeluOperator selu => selu.Gamma * x.elu(selu.Alpha, 1, 1),
        CeluOperator celu => x.celu(celu.Alpha),
        GeluOperator { Approximation: GeluApproximation.Tanh } => F.gelu(x, GELU.Approximate.tanh),
        GeluOperator => F.gelu(x),
        HardSigmoidOperator hard => (x * hard.Alpha + hard.Beta).clamp(0, 1),
        HardSwishOperator => F.hardswish(x),
        SoftplusOperator => F.softplus(x, 1, SoftplusLinear),
        SoftsignOperator => x / (1 + x.abs()),
        ThresholdedReluOperator threshold => x * x.gt(threshold.Alpha),
        MishOperator => x * F.softplus(x, 1, SoftplusLinear).tanh(),
        SiluOperator => F.silu(x),
        SigmoidOperator => x.sigmoid(),
        TanhOperator => x.tanh(),
        _ => throw new NotSupportedException($"{activation} has no form in torch."),
    };

    public static Tensor Apply(UnaryFunction function, Tensor x) => function switch
    {
        UnaryFunction.Negate => x.neg(),
        UnaryFunction.Absolute => x.abs(),
        UnaryFunction.Exponential => x.exp(),
        UnaryFunction.Logarithm => x.log(),
        UnaryFunction.SquareRoot => x.sqrt(),
        UnaryFunction.Reciprocal => x.reciprocal(),
        UnaryFunction.Floor => x.floor(),
        UnaryFunction.Ceiling => x.ceil(),
        UnaryFunction.Round => x.round(),
        UnaryFunction.Sign => x.sign(),
        UnaryFunction.ErrorFunction => x.erf(),
        UnaryFunction.Sine => x.sin(),
        UnaryFunction.Cosine => x.cos(),
        _ => throw new NotSupportedException($"{function} has no form in torch."),
    };
}
