using Ballast.Exchange.Networks.Operators;
using static Ballast.Exchange.Onnx.Export.OnnxNodeWriter;

namespace Ballast.Exchange.Onnx.Export;

/// <summary>Activations; those that operator set 17 lacks are written as what they compute.</summary>
internal static class ActivationExport
{
    public static void Write(OnnxNodeWriter node, ElementwiseOperator activation)
    {
        switch (activation)
        {
            case ReluOperator: node.Write("Relu", node.Inputs()); break;
            case LeakyReluOperator leaky: node.Write("LeakyRelu", node.Inputs(), Float("alpha", leaky.Slope)); break;
            case EluOperator elu: node.Write("Elu", node.Inputs(), Float("alpha", elu.Alpha)); break;
            case SeluOperator selu: node.Write("Selu", node.Inputs(), Float("alpha", selu.Alpha), Float("gamma", selu.Gamma)); break;
            case CeluOperator celu: node.Write("Celu", node.Inputs(), Float("alpha", celu.Alpha)); break;
            case GeluOperator { Approximation: GeluApproximation.Tanh }: GeluByTanh(node); break;
            case GeluOperator: GeluByErf(node); break;
            case HardSigmoidOperator hard: node.Write("HardSigmoid", node.Inputs(), Float("alpha", hard.Alpha), Float("beta", hard.Beta)); break;
            case HardSwishOperator: node.Write("HardSwish", node.Inputs()); break;
            case SoftplusOperator: node.Write("Softplus", node.Inputs()); break;
            case SoftsignOperator: node.Write("Softsign", node.Inputs()); break;
            case ThresholdedReluOperator threshold: node.Write("ThresholdedRelu", node.Inputs(), Float("alpha", threshold.Alpha)); break;
            case MishOperator: node.Write("Mul", [node.Input(0), node.Part("tanh", "Tanh", [node.Part("softplus", "Softplus", node.Inputs())])]); break;
            case SiluOperator: node.Write("Mul", [node.Input(0), node.Part("sigmoid", "Sigmoid", node.Inputs())]); break;
            case SigmoidOperator: node.Write("Sigmoid", node.Inputs()); break;
            case TanhOperator: node.Write("Tanh", node.Inputs()); break;
            default: throw new NotSupportedException($"{activation} has no form in ONNX.");
        }
    }

    // x (1 + erf(x / sqrt(2))) / 2
    private static void GeluByErf(OnnxNodeWriter node)
    {
        var (x, type) = (node.Input(0), node.TypeOf(0).Element);
        var erf = node.Part("erf", "Erf", [node.Part("scaled", "Div", [x, node.Number("root2", Math.Sqrt(2), type)])]);
        Gate(node, erf);
    }

    // x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2
    private static void GeluByTanh(OnnxNodeWriter node)
    {
        var (x, type) = (node.Input(0), node.TypeOf(0).Element);
        var cube = node.Part("cube", "Pow", [x, node.Number("three", 3, type)]);
        var sum = node.Part("cubic", "Add", [x, node.Part("bend", "Mul", [cube, node.Number("bend.factor", 0.044715, type)])]);
        Gate(node, node.Part("tanh", "Tanh", [node.Part("scaled", "Mul", [sum, node.Number("scale", Math.Sqrt(2 / Math.PI), type)])]));
    }

    private static void Gate(OnnxNodeWriter node, string gate)
    {
        var type = node.TypeOf(0).Element;
        var shifted = node.Part("shifted", "Add", [gate, node.Number("one", 1, type)]);
        node.Write("Mul", [node.Part("gated", "Mul", [node.Input(0), shifted]), node.Number("half", 0.5, type)]);
    }
}
