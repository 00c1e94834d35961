using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx.Export;
using Google.Protobuf;

namespace Ballast.Exchange.Onnx;

/// <summary>Writes a <see cref="NetworkGraph"/> as an ONNX file: operator set 17, IR version 8, any number of samples, equal networks as equal bytes.</summary>
/// <remarks>
/// Activations that operator set 17 lacks are written in its operators, in the form that <see cref="OnnxGraphReader"/> takes for what they are: a network that is written and read again
/// is the same, names included. Only where the graph itself spells such an activation out (x times sigmoid of x as two nodes) is it read as the one operator.
/// </remarks>
public static class OnnxGraphWriter
{
    /// <summary>The operator set that is written.</summary>
    public const int OperatorSet = 17;

    // Protocol buffers end at 2 GiB.
    private const long MostBytes = int.MaxValue;

    /// <summary>Writes a file; an existing one stays as it was when writing fails.</summary>
    /// <exception cref="ArgumentException">A name is that of an input and of a tensor, which ONNX cannot say, or the network is larger than 2 GiB.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, NetworkGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var model = ModelOf(graph);
        AtomicFile.Write(path, stream => model.WriteTo(stream));
    }

    /// <summary>Writes to a stream.</summary>
    /// <exception cref="ArgumentException">As for a file.</exception>
    public static void Write(Stream stream, NetworkGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ModelOf(graph).WriteTo(stream);
    }

    internal static Protobuf.ModelProto ModelOf(NetworkGraph graph)
    {
        var bytes = graph.Tensors.Values.Sum(tensor => (long)tensor.Count * ElementCodec.SizeOf(tensor.Type));
        if (bytes > MostBytes - (1 << 20))
            throw new ArgumentException($"The network has {bytes} bytes of weights; an ONNX file holds at most 2 GiB.", nameof(graph));
        return new OnnxExport(graph).Model();
    }
}
