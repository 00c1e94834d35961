using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds;

/// <summary>A number for each neuron on which one of its lines depends and which is free within a range; where the range is a point, the line is fixed. All [P, ...].</summary>
/// <param name="Initial">What the relaxation chose itself.</param>
/// <param name="Least">Least value.</param>
/// <param name="Greatest">Greatest value.</param>
internal sealed record LineChoice(Tensor Initial, Tensor Least, Tensor Greatest);
