using System.Numerics;
using System.Runtime.InteropServices;
using Ballast.Core;
using Ballast.Exchange.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Networks.Layers;

/// <summary>A layer that, while training, multiplies its input by a random mask of 0 and 1/(1-p); the identity otherwise.</summary>
public abstract class RandomMask : Module<Tensor, Tensor>, IStochasticModule, IDescribedModule
{
    // Calls of one layer within one step that have masks of their own.
    private const long CallsPerStep = 1 << 16;

    private readonly long seed;
    private readonly string what;
    private long step, calls;

    /// <summary>Makes a layer.</summary>
    /// <param name="name">Name of the kind of layer.</param>
    /// <param name="probability">Probability p of a zero, in [0, 1).</param>
    /// <param name="seed">The network's seed.</param>
    /// <param name="layer">Which of the network's layers that draw; each has its own numbers.</param>
    protected RandomMask(string name, double probability, long seed, int layer) : base(name)
    {
        Probability = probability is >= 0 and < 1
            ? probability
            : throw new ArgumentOutOfRangeException(nameof(probability), probability, "The probability of a zero must lie in [0, 1).");
        (this.seed, what) = (seed, $"{name} {layer}");
    }

    /// <summary>Probability p of a zero.</summary>
    public double Probability { get; }

    /// <inheritdoc/>
    public void BeginStep(long step) => (this.step, calls) = (Guard.NotNegative(step), 0);

    /// <inheritdoc/>
    public sealed override Tensor forward(Tensor input)
    {
        // Another tensor, since a sequence of layers disposes of what it hands on.
        if (!training || Probability == 0)
            return input.alias();
        using var mask = Draw(MaskShape(input), input);
        return input * mask;
    }

    /// <inheritdoc/>
    public GraphValue Describe(NetworkGraphBuilder graph, string name, GraphValue input) => input;

    /// <summary>Shape of the mask, broadcast over the input.</summary>
    protected abstract long[] MaskShape(Tensor input);

    private Tensor Draw(long[] shape, Tensor like)
    {
        var random = RandomStream.For(seed, what, (step * CallsPerStep) + (calls++ % CallsPerStep));
        using var scope = NewDisposeScope();
        var mask = empty(shape, float32, CPU);
        var words = MemoryMarshal.Cast<byte, uint>(mask.bytes);
        random.Fill(words);
        Threshold(words, (uint)(Probability * (1L << 32)), BitConverter.SingleToUInt32Bits((float)(1 / (1 - Probability))));
        return mask.to(like.dtype, like.device).MoveToOuterDisposeScope();
    }

    // Each random word becomes the bits of a float: those of kept where the word is at least the threshold, otherwise 0.
    private static void Threshold(Span<uint> words, uint threshold, uint kept)
    {
        var vectors = MemoryMarshal.Cast<uint, Vector<uint>>(words);
        foreach (ref var vector in vectors)
            vector = Vector.GreaterThanOrEqual(vector, new Vector<uint>(threshold)) & new Vector<uint>(kept);
        foreach (ref var word in words[(vectors.Length * Vector<uint>.Count)..])
            word = word >= threshold ? kept : 0;
    }
}
