using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx.Parts;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Ballast.Robustness.Faults.Storage;

/// <summary>The weights of any network as an ONNX file stores them: whatever its operators, branches and number formats, run by ONNX Runtime. <see cref="StoredWeights"/> is the quick form for chains of layers.</summary>
/// <remarks>
/// The network is run in parts with its weights as inputs, one set of them for all threads; a faulty inference has its own copy of the struck weight alone, runs from the first part that takes it on, and ends when a part's
/// results are the fault-free ones bit for bit. Every tensor is aligned alike and every run has one thread, so that the same input gives the same bits in every probe. A run that fails counts as detected.
/// </remarks>
public sealed class OnnxStoredWeights : IFaultTarget, IDisposable
{
    private readonly OnnxDissection network;
    private readonly StorageFormat format;
    private readonly FlipPattern pattern;
    private readonly LoadCheck check;
    private readonly ulong[] checksums = [];
    private readonly OnnxParts parts;
    private readonly OrtValue[] weights;

    /// <summary>The weights of a network in memory.</summary>
    /// <param name="network">Made for inputs of one shape (<see cref="OnnxDissection.For"/>).</param>
    /// <param name="format">How weights of single precision are stored: a floating-point format, to which they are rounded. Weights of other formats are struck as they are.</param>
    /// <param name="pattern">What one upset does.</param>
    /// <param name="check">Whether weights are compared with checksums when they are loaded, after the flip.</param>
    /// <param name="file">What messages call the network.</param>
    /// <exception cref="ArgumentException">The format is one of whole numbers, there is no weight, one is not finite, or the network's input or output is of a type that cannot be fed or judged.</exception>
    /// <exception cref="DataFormatException">ONNX Runtime refuses the network.</exception>
    public OnnxStoredWeights(OnnxDissection network, StorageFormat format = StorageFormat.Float32, FlipPattern pattern = FlipPattern.SingleBit, LoadCheck check = LoadCheck.None, string file = "the network")
    {
        ArgumentNullException.ThrowIfNull(network);
        if (format is not (StorageFormat.Float32 or StorageFormat.Float16 or StorageFormat.BFloat16))
            throw new ArgumentException($"Weights are stored as floating-point numbers, not as {format}; the accelerator model has int8 weights.", nameof(format));
        if (network.Weights.Count == 0)
            throw new ArgumentException("The network has no weights that could be struck.", nameof(network));
        if (network.Weights.FirstOrDefault(weight => !IsFinite(weight)) is { } bad)
            throw new ArgumentException($"Weight '{bad.Name}' holds NaN or infinity.", nameof(network));
        if (network.InputShape.Any(extent => extent < 0))
            throw new ArgumentException($"Input '{network.InputName}' of shape {network.InputShape} has open extents.", nameof(network));
        if (!InputValues.IsKnown(network.InputType))
            throw new ArgumentException($"Input '{network.InputName}' is of element type {network.InputType} of ONNX; numbers are expected.", nameof(network));
        (this.network, this.format, this.pattern, this.check) = (network, format, pattern, check);
        Strata = [.. network.Weights.Select(weight =>
        {
            var (width, bits) = (WidthOf(weight), WidthOf(weight) - (pattern == FlipPattern.AdjacentPair ? 1 : 0));
            return new FaultStratum(weight.Number == StoredNumber.Float32 ? $"{format}" : $"{weight.Number}", weight.Name, bits, (long)weight.Count * bits, (double)weight.Count * width);
        })];
        parts = new OnnxParts(network, file);
        weights = [];
        try
        {
            weights = [.. network.Weights.Select(weight => Rounded(OrtTensors.Of((TensorElementType)weight.Number, weight.Shape, weight.Raw.Span), weight))];
            if (check == LoadCheck.Checksums)
                checksums = [.. weights.Select(weight => WeightChecksums.Of(weight.GetTensorMutableRawData()))];
            using var probe = new OnnxProbe(this);
            probe.Prepare(new float[Inputs]);
            (Outputs, OutputShape) = (probe.Golden.Length, probe.OutputShape);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<FaultStratum> Strata { get; }

    /// <inheritdoc/>
    public int Inputs => (int)network.InputShape.Product;

    /// <inheritdoc/>
    public int Outputs { get; }

    /// <summary>The shape of the output for one input, batch included.</summary>
    public Extents OutputShape { get; }

    /// <summary>Multiplications of one run, as far as shapes are known.</summary>
    public long Products => parts.Products;

    /// <summary>Parts that the network is run in.</summary>
    public int Parts => parts.All.Count;

    /// <inheritdoc/>
    public ScoreForm Form => network.IsProbability ? ScoreForm.Probabilities : ScoreForm.Logits;

    /// <inheritdoc/>
    public string Fingerprint
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(Encoding.UTF8.GetBytes($"onnx {format} {pattern} {check} {network.Output} {network.InputShape}"));
            hash.AppendData(network.Whole().Model.Span);
            foreach (var weight in network.Weights)
                hash.AppendData(weight.Raw.Span);
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    internal OnnxDissection Network => network;

    internal OnnxParts Sessions => parts;

    internal IReadOnlyList<OrtValue> Weights => weights;

    /// <inheritdoc/>
    public IFaultProbe NewProbe() => new OnnxProbe(this);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var weight in weights)
            weight.Dispose();
        parts.Dispose();
    }

    /// <summary>Flips what a site says in the bytes of a weight, and gives the bytes that were there.</summary>
    internal ulong Flip(int stratum, long site, Span<byte> bytes)
    {
        var (weight, bits) = (network.Weights[stratum], Strata[stratum].Bits);
        var (element, mask) = ((int)(site / bits), (pattern == FlipPattern.AdjacentPair ? 3ul : 1ul) << (int)(site % bits));
        var own = bytes.Slice(element * weight.Size, weight.Size);
        var right = Word(own);
        var wrong = weight.Number == StoredNumber.Float32 && format != StorageFormat.Float32
            ? BitConverter.SingleToUInt32Bits(BitFlip.Decode(format, BitFlip.Encode(format, BitConverter.UInt32BitsToSingle((uint)right)) ^ (uint)mask))
            : right ^ mask;
        Put(wrong, own);
        return right;
    }

    /// <summary>Whether a check at loading would find that a weight has changed.</summary>
    internal bool IsNoticed(int stratum, ReadOnlySpan<byte> bytes) => check == LoadCheck.Checksums && WeightChecksums.Of(bytes) != checksums[stratum];

    /// <summary>Undoes <see cref="Flip"/>.</summary>
    internal void Restore(int stratum, long site, Span<byte> bytes, ulong right)
    {
        var (size, bits) = (network.Weights[stratum].Size, Strata[stratum].Bits);
        Put(right, bytes.Slice((int)(site / bits) * size, size));
    }

    // Little-endian, as the file and every machine this runs on.
    private static ulong Word(ReadOnlySpan<byte> bytes)
    {
        var word = 0ul;
        bytes.CopyTo(MemoryMarshal.AsBytes(new Span<ulong>(ref word)));
        return word;
    }

    private static void Put(ulong word, Span<byte> bytes) => MemoryMarshal.AsBytes(new Span<ulong>(ref word))[..bytes.Length].CopyTo(bytes);

    private int WidthOf(OnnxWeight weight) => weight.Number == StoredNumber.Float32 ? BitFlip.WidthOf(format) : 8 * weight.Size;

    private OrtValue Rounded(OrtValue tensor, OnnxWeight weight)
    {
        if (weight.Number == StoredNumber.Float32 && format != StorageFormat.Float32)
            foreach (ref var value in MemoryMarshal.Cast<byte, float>(tensor.GetTensorMutableRawData()))
                value = BitFlip.Decode(format, BitFlip.Encode(format, value));
        return tensor;
    }

    // Not finite: every bit of the exponent is set.
    private static bool IsFinite(OnnxWeight weight)
    {
        switch (weight.Number)
        {
            case StoredNumber.Float32: return System.Numerics.Tensors.TensorPrimitives.IsFiniteAll(MemoryMarshal.Cast<byte, float>(weight.Raw.Span));
            case StoredNumber.Float64: return System.Numerics.Tensors.TensorPrimitives.IsFiniteAll(MemoryMarshal.Cast<byte, double>(weight.Raw.Span));
            case StoredNumber.Float16 or StoredNumber.BFloat16:
                var exponent = weight.Number == StoredNumber.Float16 ? 0x7C00 : 0x7F80;
                foreach (var word in MemoryMarshal.Cast<byte, ushort>(weight.Raw.Span))
                    if ((word & exponent) == exponent)
                        return false;
                return true;
            default: return true;
        }
    }
}
