namespace Ballast.Robustness.Faults;

/// <summary>One fault with one input.</summary>
/// <param name="Stratum">Index of the stratum.</param>
/// <param name="Site">Which of its sites.</param>
/// <param name="Input">Row of the inputs.</param>
internal readonly record struct Injection(int Stratum, long Site, int Input);
