namespace Ballast.Reproductions.CompSum;

/// <summary>One training of part A.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Noise">Share of rows relabelled.</param>
/// <param name="Tau">The loss.</param>
/// <param name="Accuracy">On the 10,000 test rows.</param>
internal sealed record NoisyRun(int Seed, double Noise, double Tau, double Accuracy);
