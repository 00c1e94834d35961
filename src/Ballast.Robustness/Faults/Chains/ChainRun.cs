using Ballast.Core;

namespace Ballast.Robustness.Faults.Chains;

/// <summary>Buffers of one thread for a chain: its own copy of the weights, and every activation of the last fault-free run.</summary>
internal sealed class ChainRun
{
    private readonly NetworkChain chain;
    private readonly float[][] golden;           // golden[s]: input of step s; the last: the scores
    private readonly float[][] faulty;
    private readonly float[] scratch;
    private readonly RangeLimits? limits;

    public ChainRun(NetworkChain chain, RangeLimits? limits = null)
    {
        (this.chain, this.limits) = (chain, limits);
        golden = [new float[chain.Inputs], .. chain.Steps.Select(step => new float[step.Outputs])];
        faulty = [.. golden.Select(activations => new float[activations.Length])];
        scratch = new float[chain.Steps.OfType<ChainLayer>().Select(layer => layer.FanIn).DefaultIfEmpty(0).Max()];
        Tensors = [.. chain.Steps.Select(step => step.Tensors.Select(tensor => tensor.Values.ToArray()).ToArray())];
    }

    /// <summary>[step][tensor][element]; written to inject a fault.</summary>
    public float[][][] Tensors { get; }

    public ReadOnlySpan<float> Golden => golden[^1];

    /// <summary>Scores of the last faulty run.</summary>
    public ReadOnlySpan<float> Faulty => faulty[^1];

    /// <summary>What a step gave in the fault-free run.</summary>
    public ReadOnlySpan<float> After(int step) => golden[step + 1];

    public void Prepare(ReadOnlySpan<float> input)
    {
        Guard.SameLength(chain.Inputs, input.Length, nameof(chain.Inputs), nameof(input));
        input.CopyTo(golden[0]);
        for (var s = 0; s < chain.Steps.Count; s++)
            Step(s, golden[s], golden[s + 1]);
    }

    /// <summary>Runs from a step on with the weights as they are now, and only until activations are the fault-free ones again.</summary>
    public FaultEffect RunFrom(int first)
    {
        for (var s = first; s < chain.Steps.Count; s++)
        {
            Step(s, s == first ? golden[s] : faulty[s], faulty[s + 1]);
            if (faulty[s + 1].AsSpan().SequenceEqual(golden[s + 1]))
                return FaultEffect.Masked;
        }
        return FaultEffect.Scores;
    }

    private void Step(int s, float[] x, float[] y)
    {
        chain.Steps[s].Run(x, y, Tensors[s], scratch);
        limits?.Apply(s, y);
    }
}
