namespace Ballast.Learning.Subpopulations;

/// <summary>One training of a sweep.</summary>
/// <param name="Run">Its number, from 0.</param>
/// <param name="Width">Width of the network.</param>
/// <param name="BatchSize">Samples a step.</param>
/// <param name="LearningRate">AdamW's rate.</param>
/// <param name="WeightDecay">AdamW's decay.</param>
/// <param name="Seed">Of first weights and batches.</param>
public sealed record SweepConfiguration(int Run, int Width, int BatchSize, double LearningRate, double WeightDecay, int Seed);
