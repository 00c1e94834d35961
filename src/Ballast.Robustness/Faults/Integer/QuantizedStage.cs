namespace Ballast.Robustness.Faults.Integer;

/// <summary>One step of an int8 network: int8 activations in, int8 activations out, both in [channel, position] order.</summary>
public abstract class QuantizedStage
{
    private protected QuantizedStage(string name, int inputs, int outputs) => (Name, Inputs, Outputs) = (name, inputs, outputs);

    /// <summary>The name of the node it came from.</summary>
    public string Name { get; }

    /// <summary>Number of activations that go in.</summary>
    public int Inputs { get; }

    /// <summary>Number of activations that come out.</summary>
    public int Outputs { get; }

    internal abstract void Run(ReadOnlySpan<sbyte> input, Span<sbyte> output, LayerScratch scratch);
}
