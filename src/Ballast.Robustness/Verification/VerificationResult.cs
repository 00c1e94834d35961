namespace Ballast.Robustness.Verification;

/// <summary>Answer to a query.</summary>
/// <param name="Verdict">The answer.</param>
/// <param name="Counterexample">For <see cref="Verdict.Sat"/>; else null.</param>
/// <param name="Stage">What decided, or what was tried last.</param>
/// <param name="Subproblems">Boxes, or sets of assumed signs, that were bounded.</param>
/// <param name="Elapsed">Time taken.</param>
public sealed record VerificationResult(Verdict Verdict, Counterexample? Counterexample, VerificationStage Stage, long Subproblems, TimeSpan Elapsed);
