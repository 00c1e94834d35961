using Ballast.Core;

namespace Ballast.Evaluation.Thresholds;

/// <summary>Class 1 where its probability is at least the threshold, else class 0.</summary>
/// <param name="Threshold">0.5 is the usual rule; 0 decides class 1 always, anything above 1 never.</param>
public sealed record BinaryThreshold(double Threshold) : IDecisionRule
{
    /// <summary>0.5 is the usual rule; 0 decides class 1 always, anything above 1 never.</summary>
    public double Threshold { get; } = Guard.NotNegative(Threshold);

    /// <inheritdoc/>
    public int[] Decide(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        Guard.SameLength(2, predictions.Classes, "a binary threshold (classes)", nameof(predictions));
        var decisions = new int[predictions.Count];
        for (var i = 0; i < decisions.Length; i++)
            decisions[i] = predictions[i, 1] >= Threshold ? 1 : 0;
        return decisions;
    }
}
