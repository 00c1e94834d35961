using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Ballast.Robustness.Faults.Chains;

namespace Ballast.Robustness.Faults.Storage;

/// <summary>The weights of a network as they lie in memory, in a format of the user's choice; any bit of any weight can flip.</summary>
public sealed class StoredWeights : IFaultTarget
{
    private readonly NetworkChain chain;
    private readonly StorageFormat format;
    private readonly FlipPattern pattern;
    private readonly RangeLimits? limits;
    private readonly (int Step, int Tensor)[] places;
    private readonly LoadCheck check;

    /// <summary>The weights of a chain in memory.</summary>
    /// <param name="chain">The network.</param>
    /// <param name="format">How weights are stored: a floating-point format, to which they are rounded.</param>
    /// <param name="pattern">What one upset does.</param>
    /// <param name="limits">Clamps activations, as a remedy; null for none.</param>
    /// <param name="check">Whether weights are compared with checksums when they are loaded, after the flip.</param>
    /// <exception cref="ArgumentException">The format is one of whole numbers.</exception>
    public StoredWeights(NetworkChain chain, StorageFormat format = StorageFormat.Float32, FlipPattern pattern = FlipPattern.SingleBit, RangeLimits? limits = null, LoadCheck check = LoadCheck.None)
    {
        ArgumentNullException.ThrowIfNull(chain);
        if (format is not (StorageFormat.Float32 or StorageFormat.Float16 or StorageFormat.BFloat16))
            throw new ArgumentException($"Weights are stored as floating-point numbers, not as {format}; the accelerator model has int8 weights.", nameof(format));
        (this.chain, this.format, this.pattern, this.limits, this.check) = (chain, format, pattern, limits, check);
        places = [.. chain.Steps.SelectMany((step, s) => Enumerable.Range(0, step.Tensors.Count).Select(t => (s, t)))];
        var (width, bits) = (BitFlip.WidthOf(format), BitFlip.WidthOf(format) - (pattern == FlipPattern.AdjacentPair ? 1 : 0));
        Strata = [.. chain.Tensors.Select(tensor => new FaultStratum($"{format}", tensor.Name, bits, (long)tensor.Count * bits, (double)tensor.Count * width))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<FaultStratum> Strata { get; }

    /// <inheritdoc/>
    public int Inputs => chain.Inputs;

    /// <inheritdoc/>
    public int Outputs => chain.Outputs;

    /// <inheritdoc/>
    public ScoreForm Form => ScoreForm.Logits;

    /// <inheritdoc/>
    public string Fingerprint
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(Encoding.UTF8.GetBytes($"{format} {pattern} {limits is not null} {check}"));
            foreach (var step in chain.Steps)
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"\n{step.GetType().Name} {step.Name} {step.Inputs} {step.Outputs} {(step as ChainClamp)?.Low:R} {(step as ChainClamp)?.High:R} {(step as ChainLayer)?.Window} {(step as ChainPool)?.Window}"));
                foreach (var tensor in step.Tensors)
                    hash.AppendData(MemoryMarshal.AsBytes(tensor.Values.Span));
            }
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <inheritdoc/>
    public IFaultProbe NewProbe() => new Probe(this);

    private sealed class Probe : IFaultProbe
    {
        private readonly StoredWeights target;
        private readonly ChainRun run;
        private readonly ulong[] checksums = [];

        public Probe(StoredWeights target)
        {
            (this.target, run) = (target, new ChainRun(target.chain, target.limits));
            if (target.format != StorageFormat.Float32)
                foreach (var values in run.Tensors.SelectMany(tensors => tensors))
                    foreach (ref var value in values.AsSpan())
                        value = BitFlip.Decode(target.format, BitFlip.Encode(target.format, value));
            if (target.check == LoadCheck.Checksums)
                checksums = [.. target.places.Select((_, stratum) => ChecksumOf(stratum))];
        }

        public ReadOnlySpan<float> Golden => run.Golden;

        public void Prepare(ReadOnlySpan<float> input) => run.Prepare(input);

        public FaultEffect Inject(int stratum, long site, Span<float> scores)
        {
            var (step, tensor) = target.places[stratum];
            var bits = target.Strata[stratum].Bits;
            var (element, mask) = ((int)(site / bits), (target.pattern == FlipPattern.AdjacentPair ? 3u : 1u) << (int)(site % bits));
            ref var weight = ref run.Tensors[step][tensor][element];
            var right = weight;
            weight = BitFlip.Decode(target.format, BitFlip.Encode(target.format, right) ^ mask);
            var effect = target.check == LoadCheck.Checksums && ChecksumOf(stratum) != checksums[stratum] ? FaultEffect.Failure : run.RunFrom(step);
            weight = right;
            if (effect == FaultEffect.Scores)
                run.Faulty.CopyTo(scores);
            return effect;
        }

        public void Dispose()
        {
        }

        private ulong ChecksumOf(int stratum) => WeightChecksums.Of(MemoryMarshal.AsBytes<float>(run.Tensors[target.places[stratum].Step][target.places[stratum].Tensor]));
    }
}
