using Ballast.Core;

namespace Ballast.Evaluation.Calibration;

/// <summary>A recalibrator that works on logits; probabilities are taken as logits log max(p, 1e-12).</summary>
public abstract class LogitRecalibrator : IRecalibrator
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public virtual ITrainedRecalibrator Fit(Predictions predictions, ReadOnlySpan<int> labels, CancellationToken cancellation = default) =>
        Fit(Logits.From(predictions), labels, cancellation);

    /// <summary>Learns the map from logits.</summary>
    /// <param name="logits">n x K scores.</param>
    /// <param name="labels">n classes 0..K-1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, or a label lies outside 0..K-1.</exception>
    public abstract LogitMap Fit(Logits logits, ReadOnlySpan<int> labels, CancellationToken cancellation = default);

    /// <inheritdoc/>
    public virtual IReadOnlyList<string> Notes(ReadOnlySpan<int> labels, int classes) => [];
}
