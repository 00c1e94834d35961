namespace Ballast.Robustness.Faults.Protection;

/// <summary>One way to protect a block.</summary>
/// <param name="Name">Such as <c>Parity</c>.</param>
/// <param name="Cost">Area that it adds, at least 0.</param>
/// <param name="Residual">Share of the block's silent failures that remain, 0 to 1.</param>
public sealed record BlockOption(string Name, double Cost, double Residual);
