namespace Ballast.Learning.Adversarial;

/// <summary>What stood after AutoPGD looked at its steps.</summary>
/// <param name="Iteration">The iteration just made, from 0.</param>
/// <param name="StepSizes">[B] lengths of the steps that follow.</param>
/// <param name="BestLosses">[B] greatest losses so far.</param>
public sealed record AutoPgdCheckpoint(int Iteration, IReadOnlyList<double> StepSizes, IReadOnlyList<double> BestLosses);
