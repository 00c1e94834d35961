using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds.Steps;

/// <summary>The network's input.</summary>
internal sealed class InputStep(string name, long[] shape) : BoundStep(name, [], shape)
{
    public override Tensor Forward(IReadOnlyList<Tensor> x) => x[0];

    public override NodeBounds Interval(IReadOnlyList<NodeBounds> x, Soundness soundness) => x[0];

    public override void Backward(BackwardPass pass, Tensor coefficients) => throw new InvalidOperationException("Nothing comes before the input.");
}
