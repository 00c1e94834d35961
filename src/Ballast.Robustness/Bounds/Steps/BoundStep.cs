using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds.Steps;

/// <summary>One step of a network that can be bounded: how it runs, what it makes of intervals, and how linear bounds go back through it.</summary>
/// <param name="name">The node's name.</param>
/// <param name="inputs">The steps it is computed from.</param>
/// <param name="shape">Shape of its result for one sample.</param>
internal abstract class BoundStep(string name, int[] inputs, long[] shape)
{
    public string Name { get; } = name;

    public IReadOnlyList<int> Inputs { get; } = inputs;

    public long[] Shape { get; } = shape;

    /// <summary>Elements of the result for one sample.</summary>
    public long Size { get; } = shape.Aggregate(1L, (product, extent) => product * extent);

    /// <summary>Whether the result is a rearrangement of inputs, in which nothing is rounded.</summary>
    public virtual bool IsExact => false;

    /// <summary>Terms of the longest sum that goes into one element, forwards or backwards.</summary>
    public virtual long Terms => Size;

    /// <summary>Products that running it takes, roughly.</summary>
    public virtual long Products => Size;

    /// <summary>Runs the step on [B, ...].</summary>
    public abstract Tensor Forward(IReadOnlyList<Tensor> x);

    /// <summary>Interval bound propagation.</summary>
    public abstract NodeBounds Interval(IReadOnlyList<NodeBounds> x, Soundness soundness);

    /// <summary>Takes coefficients [P, ...] of the step's result to its inputs.</summary>
    public abstract void Backward(BackwardPass pass, Tensor coefficients);

    /// <summary>The transposed linear map on coefficients [P, ...] of the result, one for each input.</summary>
    /// <exception cref="NotSupportedException">The step is not linear.</exception>
    public virtual IReadOnlyList<Tensor> Transposed(Tensor coefficients) => throw new NotSupportedException($"'{Name}' ({GetType().Name[..^"Step".Length]}) is not linear.");

    /// <summary>The same with the absolute values of the map's own entries.</summary>
    /// <exception cref="NotSupportedException">The step is not linear.</exception>
    public virtual IReadOnlyList<Tensor> TransposedAbsolute(Tensor coefficients) => Transposed(coefficients);

    /// <summary><see cref="Backward"/> from sign times single elements of the result.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="elements">[P], positions in the flattened result.</param>
    /// <param name="sign">1 or -1.</param>
    public virtual void BackwardFrom(BackwardPass pass, Tensor elements, double sign)
    {
        var rows = zeros([elements.shape[0], Size], pass.Type, pass.Device);
        rows.scatter_(1, elements.unsqueeze(1), full([elements.shape[0], 1], sign, pass.Type, pass.Device));
        Backward(pass, rows.reshape([elements.shape[0], .. Shape]));
    }
}
