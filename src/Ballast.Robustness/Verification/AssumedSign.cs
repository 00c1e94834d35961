namespace Ballast.Robustness.Verification;

/// <summary>An assumption about a neuron: the input of a ReLU is at least 0 or at most 0.</summary>
/// <param name="Relu">Which ReLU step, by its number among them.</param>
/// <param name="Element">Position in the flattened step.</param>
/// <param name="Sign">1 for at least 0, -1 for at most 0.</param>
internal readonly record struct AssumedSign(int Relu, int Element, int Sign);
