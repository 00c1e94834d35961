namespace Ballast.Evaluation.Subpopulations;

/// <summary>How one model did in one group.</summary>
/// <param name="Model">The model or checkpoint.</param>
/// <param name="Group">The group.</param>
/// <param name="Correct">Right answers.</param>
/// <param name="Total">Rows.</param>
/// <param name="Run">The training run, where several checkpoints share one; null where not known.</param>
/// <param name="Epoch">Epochs trained; null where not known.</param>
public readonly record struct ModelGroupCount(string Model, string Group, int Correct, int Total, string? Run = null, int? Epoch = null);
