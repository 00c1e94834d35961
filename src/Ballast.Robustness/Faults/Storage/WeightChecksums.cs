using System.IO.Hashing;
using System.Runtime.InteropServices;
using Ballast.Exchange;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx.Parts;

namespace Ballast.Robustness.Faults.Storage;

/// <summary>A software remedy: a 64-bit hash (xxHash64) of each stored tensor, taken when the network is good and compared when it is loaded, or now and then. Finds what has flipped until then; what flips later passes.</summary>
public sealed class WeightChecksums
{
    private readonly SortedDictionary<string, ulong> hashes = new(StringComparer.Ordinal);

    private WeightChecksums(IEnumerable<(string Name, ulong Hash)> tensors)
    {
        foreach (var (name, hash) in tensors)
            hashes.TryAdd(name, hash);
    }

    /// <summary>Hash of each tensor by its name.</summary>
    public IReadOnlyDictionary<string, ulong> Hashes => hashes;

    /// <summary>Checksums of the weights of an ONNX file.</summary>
    public static WeightChecksums Of(OnnxDissection network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new WeightChecksums(network.Weights.Select(weight => (weight.Name, Of(weight.Raw.Span))));
    }

    /// <summary>Checksums of the tensors of a network.</summary>
    public static WeightChecksums Of(NetworkGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return new WeightChecksums(graph.Tensors.Values.Select(tensor => (tensor.Name, tensor.Type switch
        {
            ElementType.Float32 => Of(MemoryMarshal.AsBytes(tensor.Values.Span)),
            ElementType.Float64 => Of(MemoryMarshal.AsBytes(tensor.Doubles.Span)),
            _ => Of(MemoryMarshal.AsBytes(tensor.Integers.Span)),
        })));
    }

    /// <summary>Checksum of one tensor's bytes.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes) => XxHash64.HashToUInt64(bytes);

    /// <summary>Names of the tensors that are not as they were: changed, missing or new.</summary>
    public IReadOnlyList<string> DifferencesFrom(WeightChecksums good)
    {
        ArgumentNullException.ThrowIfNull(good);
        return [.. hashes.Keys.Union(good.hashes.Keys).Where(name => !hashes.TryGetValue(name, out var own) || !good.hashes.TryGetValue(name, out var other) || own != other).Order(StringComparer.Ordinal)];
    }
}
