using Ballast.Evaluation.Metrics;

namespace Ballast.Learning.LongTail;

/// <summary>One repetition of a candidate.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Decisions">The class decided for each test row.</param>
/// <param name="Test">Metrics of the test rows.</param>
/// <param name="Validation">Metrics of the validation rows; null where there are none.</param>
/// <param name="Note">What the method of the last layer says; null for nothing.</param>
/// <param name="Tau">How tau was picked, where one was.</param>
public sealed record CandidateRun(int Seed, IReadOnlyList<int> Decisions, MulticlassMetrics Test, MulticlassMetrics? Validation, string? Note, TauFit? Tau);
