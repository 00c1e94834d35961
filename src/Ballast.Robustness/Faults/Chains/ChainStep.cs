namespace Ballast.Robustness.Faults.Chains;

/// <summary>One step of a float chain: activations in [channel, position] order in and out. Weights are given at each run, so that a faulty copy costs no other chain.</summary>
internal abstract class ChainStep(string name, int inputs, int outputs)
{
    public string Name => name;

    public int Inputs => inputs;

    public int Outputs => outputs;

    /// <summary>Stored tensors, in the order in which <see cref="Run"/> takes them.</summary>
    public virtual IReadOnlyList<Exchange.Networks.GraphTensor> Tensors => [];

    public abstract void Run(ReadOnlySpan<float> x, Span<float> y, ReadOnlySpan<float[]> tensors, Span<float> scratch);
}
