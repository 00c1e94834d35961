namespace Ballast.Exchange.Onnx.Parts;

/// <summary>A piece of a network as a model by itself, whose weights are inputs, so that one can be exchanged at every run.</summary>
/// <param name="Model">The model's bytes.</param>
/// <param name="Inputs">Computed values that it takes: the network's input, or results of the parts before.</param>
/// <param name="Weights">Positions in <see cref="OnnxDissection.Weights"/> of those it takes besides, under their names.</param>
/// <param name="Outputs">Values that it gives.</param>
/// <param name="Products">Multiplications of its layers in one run, as far as shapes are known.</param>
public sealed record OnnxPart(ReadOnlyMemory<byte> Model, IReadOnlyList<string> Inputs, IReadOnlyList<int> Weights, IReadOnlyList<string> Outputs, long Products = 0);
