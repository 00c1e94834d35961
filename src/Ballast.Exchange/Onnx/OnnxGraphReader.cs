using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx.Import;
using Ballast.Exchange.Onnx.Protobuf;
using Google.Protobuf;

namespace Ballast.Exchange.Onnx;

/// <summary>Reads ONNX files as <see cref="NetworkGraph"/>.</summary>
/// <remarks>
/// Format: the ONNX standard, operator sets 1 to 24, float32 and float64 networks. What exporters write in several nodes is read as what was meant: MatMul and Add, and Gemm, with constant weights are
/// linear layers; x * sigmoid(x) is SiLU; computations on shapes are done here. Nothing is guessed: what is not supported is named, with its node. Weights in other files are read only from
/// the model's own folder. Nothing in a file is ever run.
/// </remarks>
public static class OnnxGraphReader
{
    // An ONNX model cannot be smaller than its version, graph and operator set.
    private const int LeastBytes = 8;

    /// <summary>The operators of the standard that are read, in alphabetical order.</summary>
    public static IReadOnlyList<string> SupportedOperators { get; } = [.. OnnxOperators.All.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The model.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="DataFormatException">No ONNX model, a damaged one, or one that uses what is not supported; the message names operator and node.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static NetworkGraph Read(string path, OnnxReadOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var stream = File.OpenRead(path);
        return Read(stream, path, Path.GetDirectoryName(Path.GetFullPath(path)), options ?? new OnnxReadOptions());
    }

    /// <summary>Reads a model from a seekable stream that holds it and nothing after it.</summary>
    /// <param name="stream">Positioned at the first byte.</param>
    /// <param name="name">What messages call the stream.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="DataFormatException">As for a file; also weights in other files.</exception>
    public static NetworkGraph Read(Stream stream, string name, OnnxReadOptions? options = null) => Read(stream, name, null, options ?? new OnnxReadOptions());

    private static NetworkGraph Read(Stream stream, string name, string? folder, OnnxReadOptions options)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var model = Parse(stream, name, ModelProto.Parser.WithDiscardUnknownFields(true));
        var tensors = OnnxModel.Open(model, name, folder);
        if (options.Batch == OnnxBatchAxis.AsWritten || !tensors.IsForOneSample)
            return new OnnxImport(tensors, options, onesAreBatch: false).Run();
        try
        {
            return new OnnxImport(tensors, options, onesAreBatch: true).Run();
        }
        catch (DataFormatException)
        {
            return new OnnxImport(tensors, options, onesAreBatch: false).Run();
        }
    }

    // Read at once, because a parser that reads a stream copies weights in small pieces; the file's own bytes are let go of before the weights are decoded.
    internal static ModelProto Parse(Stream stream, string name, MessageParser<ModelProto> parser)
    {
        var length = stream.Length - stream.Position;
        if (length < LeastBytes || length > Array.MaxLength)
            throw new DataFormatException(name, $"{length} bytes", "an ONNX model of 8 bytes to 2 GiB");
        var bytes = new byte[length];
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < length)
            throw new DataFormatException(name, "the end of the file", "an ONNX model");
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new DataFormatException(name, $"damaged or truncated data ({error.Message})", "an ONNX model", inner: error);
        }
    }
}
