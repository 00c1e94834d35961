using Ballast.Core;

namespace Ballast.Robustness.Faults.Integer;

/// <summary>A chain of int8 stages, as an accelerator of the TensorFlow Lite micro family runs it. A final softmax stays in floating point. Immutable.</summary>
public sealed class QuantizedNetwork
{
    /// <summary>A network from its stages.</summary>
    /// <param name="stages">In order; at least one of them a <see cref="QuantizedLayer"/>.</param>
    /// <param name="input">Scale of the input.</param>
    /// <param name="output">Scale of the result.</param>
    /// <exception cref="ArgumentException">A stage does not take as many activations as the one before gives, or there is no layer.</exception>
    public QuantizedNetwork(IReadOnlyList<QuantizedStage> stages, AffineScale input, AffineScale output)
    {
        ArgumentNullException.ThrowIfNull(stages);
        for (var s = 1; s < stages.Count; s++)
            if (stages[s].Inputs != stages[s - 1].Outputs)
                throw new ArgumentException($"'{stages[s].Name}' takes {stages[s].Inputs} activations; '{stages[s - 1].Name}' gives {stages[s - 1].Outputs}.", nameof(stages));
        (Stages, Layers, Input, Output) = ([.. stages], [.. stages.OfType<QuantizedLayer>()], input, output);
        if (Layers.Count == 0)
            throw new ArgumentException("The network has no dense or convolutional layer.", nameof(stages));
    }

    /// <summary>All stages.</summary>
    public IReadOnlyList<QuantizedStage> Stages { get; }

    /// <summary>The stages with weights.</summary>
    public IReadOnlyList<QuantizedLayer> Layers { get; }

    /// <summary>Scale of the input.</summary>
    public AffineScale Input { get; }

    /// <summary>Scale of the result.</summary>
    public AffineScale Output { get; }

    /// <summary>Numbers that go in.</summary>
    public int Inputs => Stages[0].Inputs;

    /// <summary>Numbers that come out.</summary>
    public int Outputs => Stages[^1].Outputs;

    /// <summary>Runs the network on integers.</summary>
    /// <param name="input">One sample of int8.</param>
    /// <exception cref="ArgumentException">The sample has another length.</exception>
    public sbyte[] Run(ReadOnlySpan<sbyte> input)
    {
        Guard.SameLength(Inputs, input.Length, nameof(Inputs), nameof(input));
        var scratch = LayerScratch.For(this);
        var x = input.ToArray();
        foreach (var stage in Stages)
        {
            var y = new sbyte[stage.Outputs];
            stage.Run(x, y, scratch);
            x = y;
        }
        return x;
    }

    /// <summary>Scores of one sample of real numbers.</summary>
    /// <exception cref="ArgumentException">The sample has another length.</exception>
    public float[] Scores(ReadOnlySpan<float> input)
    {
        Guard.SameLength(Inputs, input.Length, nameof(Inputs), nameof(input));
        var integers = new sbyte[Inputs];
        Input.Quantize(input, integers);
        var scores = new float[Outputs];
        Output.Dequantize(Run(integers), scores);
        return scores;
    }
}
