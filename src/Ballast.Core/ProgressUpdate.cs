namespace Ballast.Core;

/// <summary>One step of long work, as <see cref="IProgress{T}"/> reports it.</summary>
/// <param name="Stage">What is being done, in a few words.</param>
/// <param name="Fraction">Share of this stage that is done, 0 to 1; NaN when it cannot be known.</param>
public readonly record struct ProgressUpdate(string Stage, double Fraction);
