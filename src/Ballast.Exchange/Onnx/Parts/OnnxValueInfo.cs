using Ballast.Exchange.Networks;

namespace Ballast.Exchange.Onnx.Parts;

/// <summary>What is known of a computed tensor before the network runs.</summary>
/// <param name="ElementType">The standard's number of the element type (TensorProto.DataType).</param>
/// <param name="Shape">Extents; -1 for one that is not known.</param>
public sealed record OnnxValueInfo(int ElementType, Extents Shape);
