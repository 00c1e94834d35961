using Ballast.Exchange.Networks;

namespace Ballast.Exchange.Onnx;

/// <summary>How an ONNX file becomes a <see cref="NetworkGraph"/>.</summary>
public sealed record OnnxReadOptions
{
    /// <summary>What the first axis is taken for.</summary>
    public OnnxBatchAxis Batch { get; init; }

    /// <summary>Shapes of inputs, batch included as <see cref="Extents.Batch"/>, where the file leaves more than the batch open.</summary>
    public IReadOnlyDictionary<string, Extents> InputShapes { get; init; } = new Dictionary<string, Extents>();

    /// <summary>Values of inputs that decide shapes (the axes of a Squeeze, the shape of a Reshape), which a static graph must know. Used for nothing else.</summary>
    public IReadOnlyDictionary<string, GraphTensor> ShapingInputs { get; init; } = new Dictionary<string, GraphTensor>();
}
