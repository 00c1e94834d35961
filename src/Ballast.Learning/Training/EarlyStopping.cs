using Ballast.Core;

namespace Ballast.Learning.Training;

/// <summary>Training ends after <paramref name="Patience"/> epochs without a better validation figure; the network then holds the best epoch's weights.</summary>
/// <param name="Metric">The figure that decides.</param>
/// <param name="Patience">Epochs without improvement that are borne, at least 1.</param>
/// <param name="MinimumGain">How much better an epoch must be to count, at least 0.</param>
public sealed record EarlyStopping(EarlyStoppingMetric Metric = EarlyStoppingMetric.Loss, int Patience = 5, double MinimumGain = 0)
{
    /// <summary>Epochs without improvement that are borne.</summary>
    public int Patience { get; } = Guard.Positive(Patience);

    /// <summary>How much better an epoch must be to count.</summary>
    public double MinimumGain { get; } = Guard.NotNegative(MinimumGain);

    /// <summary>The figure, turned so that more is better; what is not a number is worst.</summary>
    internal double Score(ValidationScores scores)
    {
        var score = Metric switch
        {
            EarlyStoppingMetric.Loss => -scores.Loss,
            EarlyStoppingMetric.BalancedAccuracy => scores.BalancedAccuracy,
            EarlyStoppingMetric.MacroF1 => scores.MacroF1,
            _ => throw new ArgumentOutOfRangeException(nameof(scores), Metric, "No such metric."),
        };
        return double.IsNaN(score) ? double.NegativeInfinity : score;
    }
}
