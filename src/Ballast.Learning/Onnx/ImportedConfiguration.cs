using System.IO.Compression;
using Ballast.Exchange;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx;
using Ballast.Learning.Networks;

namespace Ballast.Learning.Onnx;

/// <summary>What makes an <see cref="ImportedNetwork"/> again: its graph as an ONNX file with every real weight 0, gzipped, in base 64. The weights stand in the file of weights.</summary>
/// <param name="Graph">The text.</param>
public sealed record ImportedConfiguration(string Graph) : NetworkConfiguration
{
    // Zeros pack to next to nothing, so that a small text can claim much: what it unpacks to is bounded.
    private const long MostBytes = 1L << 30;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The text is no such graph.</exception>
    public override Network Create(Initialization weights)
    {
        try
        {
            using var packed = new GZipStream(new MemoryStream(Convert.FromBase64String(Graph)), CompressionMode.Decompress);
            using var unpacked = new MemoryStream();
            var block = new byte[1 << 16];
            for (int read; (read = packed.Read(block)) > 0; unpacked.Write(block, 0, read))
                if (unpacked.Length > MostBytes)
                    throw new ArgumentException($"The imported graph unpacks to more than {MostBytes} bytes.");
            unpacked.Position = 0;
            return new ImportedNetwork(OnnxGraphReader.Read(unpacked, "the imported graph"));
        }
        catch (Exception error) when (error is FormatException or InvalidDataException or Core.DataFormatException)
        {
            throw new ArgumentException($"The imported graph cannot be read: {error.Message}", error);
        }
    }

    /// <summary>A graph as the text of a configuration.</summary>
    internal static string Pack(NetworkGraph graph)
    {
        var blank = graph.WithTensors(graph.Tensors.Values.Where(tensor => tensor.Type == ElementType.Float32).Select(tensor => new GraphTensor(tensor.Name, tensor.Shape, new float[tensor.Count])));
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            using var plain = new MemoryStream();
            OnnxGraphWriter.Write(plain, blank);
            plain.Position = 0;
            plain.CopyTo(gzip);
        }
        return Convert.ToBase64String(packed.ToArray());
    }
}
