using Ballast.Core;
using Ballast.Data.Resampling;

namespace Ballast.Evaluation.Calibration;

/// <summary>Moves probabilities from the class shares of a resampled training set to the true ones: p'_k proportional to w_k p_k.</summary>
/// <remarks>See <see cref="PriorCorrection"/>, which computes the weights.</remarks>
/// <param name="Weights">K weights of at least 0: true share / share in training.</param>
public sealed record PriorShiftMap(IReadOnlyList<double> Weights) : ITrainedRecalibrator
{
    /// <summary>K weights of at least 0.</summary>
    public IReadOnlyList<double> Weights { get; } = Weights.All(weight => weight >= 0 && double.IsFinite(weight))
        ? Weights
        : throw new ArgumentException("Every weight must be finite and at least 0.", nameof(Weights));

    /// <summary>The map of a correction.</summary>
    public static PriorShiftMap Of(PriorCorrection correction)
    {
        ArgumentNullException.ThrowIfNull(correction);
        return new PriorShiftMap(correction.Weights.ToArray());
    }

    /// <inheritdoc/>
    public Predictions Apply(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        Guard.SameLength(Weights.Count, predictions.Classes, "the weights", nameof(predictions));
        double[] ones = [.. Enumerable.Repeat(1.0, Weights.Count)];
        return new PriorCorrection(Weights.ToArray(), ones).Apply(predictions);
    }
}
