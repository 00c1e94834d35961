using System.Runtime.InteropServices;
using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx.Protobuf;

namespace Ballast.Exchange.Onnx.Parts;

/// <summary>Tells weights from shapes, indices and other constants, and reads them as they are stored.</summary>
internal static class OnnxWeights
{
    private static readonly HashSet<string> s_quantized = ["DequantizeLinear", "QuantizeLinear", "ConvInteger", "MatMulInteger"];
    private static readonly HashSet<string> s_shaping = ["Resize", "Upsample", "Range", "NonMaxSuppression"];

    /// <summary>The initialisers that the nodes use: weights, with what stays a constant of the model removed and, where it holds numbers, named.</summary>
    public static (IReadOnlyList<OnnxWeight> Weights, IReadOnlyList<string> Untouched) Of(IEnumerable<TensorProto> tensors, IReadOnlyList<NodeProto> order, string file, string? folder)
    {
        var users = order.SelectMany(node => OnnxOrder.NeedsOf(node).Select(name => (name, node))).ToLookup(use => use.name, use => use.node);
        var (weights, untouched) = (new List<OnnxWeight>(), new List<string>());
        foreach (var tensor in tensors.Where(tensor => users.Contains(tensor.Name)))
            switch (tensor.DataType)
            {
                case > 16 or 14 or 15: untouched.Add($"'{tensor.Name}' (element type {tensor.DataType})"); break;
                case 1 or 10 or 11 or 16 when users[tensor.Name].Any(node => s_shaping.Contains(node.OpType) && node.Input.Skip(1).Contains(tensor.Name)): untouched.Add($"'{tensor.Name}' (decides a shape)"); break;
                case 1 or 10 or 11 or 16:
                case 2 or 3 or 6 when users[tensor.Name].Any(IsQuantized):
                    if (Read(tensor, file, folder) is { Count: > 0 } weight)
                        weights.Add(weight);
                    break;
            }
        untouched.AddRange(order.SelectMany(OnnxOrder.GraphsWithin).SelectMany(graph => graph.Initializer).Where(tensor => tensor.DataType is 1 or 10 or 11 or 16).Select(tensor => $"'{tensor.Name}' (inside a branch or loop)"));
        return (weights, untouched);
    }

    /// <summary>The bytes of a tensor, wherever the file keeps them.</summary>
    public static byte[] RawOf(TensorProto tensor, int size, string file, string? folder)
    {
        var bytes = Checked(tensor, file).Product * size;
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External)
            return OnnxExternalData.Read(tensor, tensor.Name, bytes, file, folder);
        byte[] raw = tensor.RawData.Length > 0 ? tensor.RawData.ToByteArray()
            : tensor.FloatData.Count > 0 ? MemoryMarshal.AsBytes<float>(tensor.FloatData.ToArray()).ToArray()
            : tensor.DoubleData.Count > 0 ? MemoryMarshal.AsBytes<double>(tensor.DoubleData.ToArray()).ToArray()
            : size == 1 ? [.. tensor.Int32Data.Select(value => unchecked((byte)value))]
            : size == 2 ? MemoryMarshal.AsBytes<ushort>(tensor.Int32Data.Select(value => unchecked((ushort)value)).ToArray()).ToArray()
            : MemoryMarshal.AsBytes<int>(tensor.Int32Data.ToArray()).ToArray();
        return raw.Length == bytes ? raw : throw new DataFormatException(file, $"tensor '{tensor.Name}' with {raw.Length} bytes", $"{bytes} for its shape");
    }

    private static OnnxWeight Read(TensorProto tensor, string file, string? folder)
    {
        var number = (StoredNumber)tensor.DataType;
        return new OnnxWeight(tensor.Name, number, Checked(tensor, file), RawOf(tensor, OnnxWeight.SizeOf(number), file, folder));
    }

    private static Extents Checked(TensorProto tensor, string file)
    {
        if (tensor.Dims.Any(extent => extent is < 0 or > int.MaxValue))
            throw new DataFormatException(file, $"tensor '{tensor.Name}' of shape [{string.Join(", ", tensor.Dims)}]", "extents of at least 0");
        var shape = Extents.Of(tensor.Dims.Select(extent => (int)extent));
        return shape.Product <= Array.MaxLength / 8 ? shape : throw new DataFormatException(file, $"tensor '{tensor.Name}' of shape {shape}", $"at most {Array.MaxLength / 8} elements");
    }

    private static bool IsQuantized(NodeProto node) =>
        s_quantized.Contains(node.OpType) || node.OpType.StartsWith("QLinear", StringComparison.Ordinal)
        || (node.Domain == "com.microsoft" && (node.OpType.StartsWith('Q') || node.OpType.Contains("Quant", StringComparison.Ordinal) || node.OpType.Contains("Integer", StringComparison.Ordinal)));
}
