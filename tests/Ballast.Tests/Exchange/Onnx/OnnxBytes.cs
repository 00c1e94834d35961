using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx;

namespace Ballast.Tests.Exchange.Onnx;

/// <summary>ONNX files in memory.</summary>
internal static class OnnxBytes
{
    public static byte[] Of(NetworkGraph graph)
    {
        using var stream = new MemoryStream();
        OnnxGraphWriter.Write(stream, graph);
        return stream.ToArray();
    }

    public static NetworkGraph Read(byte[] bytes, OnnxReadOptions? options = null) => OnnxGraphReader.Read(new MemoryStream(bytes), "test.onnx", options);
}
