using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds.Steps;

/// <summary>A step that moves elements and changes none: reshape, transpose, choice, zero padding, joining.</summary>
/// <param name="name">The node's name.</param>
/// <param name="inputs">The steps it is computed from.</param>
/// <param name="shape">Shape of its result for one sample.</param>
/// <param name="forward">From inputs [B, ...] to the result.</param>
/// <param name="backward">From coefficients of the result to those of each input.</param>
internal sealed class RearrangementStep(string name, int[] inputs, long[] shape, Func<IReadOnlyList<Tensor>, Tensor> forward, Func<Tensor, IReadOnlyList<Tensor>> backward)
    : BoundStep(name, inputs, shape)
{
    public override bool IsExact => RepeatedUse == 1;

    public override long Terms => RepeatedUse;

    /// <summary>How often one element of the input may stand in the result: so many coefficients are added on the way back.</summary>
    public int RepeatedUse { get; init; } = 1;

    public override Tensor Forward(IReadOnlyList<Tensor> x) => forward(x);

    public override NodeBounds Interval(IReadOnlyList<NodeBounds> x, Soundness soundness)
    {
        if (soundness != Soundness.Nominal)
            return new NodeBounds(forward([.. x.Select(input => input.Lower)]), forward([.. x.Select(input => input.Upper)]), x.Select(input => input.Size!).Aggregate(maximum));
        var centered = x.Select(input => input.Centered).ToArray();
        return NodeBounds.Around(forward([.. centered.Select(input => input.Middle)]), forward([.. centered.Select(input => input.Reach)]));
    }

    public override IReadOnlyList<Tensor> Transposed(Tensor coefficients) => backward(coefficients);

    public override void Backward(BackwardPass pass, Tensor coefficients)
    {
        var parts = backward(coefficients);
        for (var i = 0; i < parts.Count; i++)
            pass.Send(Inputs[i], parts[i]);
    }
}
