namespace Ballast.Generalization.Collapse;

/// <summary>Collapse along a chain of M linear layers.</summary>
/// <param name="Nc1">M values: NC1 of the features and of what enters each further layer. Null where all class means are equal.</param>
/// <param name="Nc2">M values: distance of the Gram matrix of W_M ... W_j from the target, j = 1..M; the last is that of W_M alone. Null where it is 0.</param>
public sealed record ChainReport(IReadOnlyList<double?> Nc1, IReadOnlyList<double?> Nc2);
