namespace Ballast.Robustness.Verification;

/// <summary>An assumption about a neuron: the input of an activation is on one side of a number.</summary>
/// <param name="Activation">Which activation, by its number among them.</param>
/// <param name="Element">Position in the flattened step.</param>
/// <param name="Side">1 for at least <paramref name="At"/>, -1 for at most.</param>
/// <param name="At">The number; 0 for a ReLU.</param>
internal readonly record struct Split(int Activation, int Element, int Side, double At);
