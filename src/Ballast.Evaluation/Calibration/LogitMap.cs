using Ballast.Core;

namespace Ballast.Evaluation.Calibration;

/// <summary>A learned map of logits; probabilities are taken as logits log max(p, 1e-12).</summary>
public abstract record LogitMap : ITrainedRecalibrator
{
    /// <inheritdoc/>
    public Predictions Apply(Predictions predictions) => Apply(Logits.From(predictions));

    /// <summary>The mended probabilities of the same rows.</summary>
    /// <exception cref="ArgumentException">The map depends on the classes and the logits have another number of them.</exception>
    public abstract Predictions Apply(Logits logits);
}
