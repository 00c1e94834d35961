using Ballast.Core;

namespace Ballast.Evaluation.Slices.Noise;

/// <summary>How often labels are wrong, row by row.</summary>
/// <param name="BaseRate">Share of wrong labels over all rows, the one that makes the labels likeliest, at least 0.03.</param>
/// <param name="Rates">n shares of wrong labels among rows like this one: the base rate but in and near <paramref name="Regions"/>.</param>
/// <param name="Regions">Parts with more wrong labels, as found one after the other.</param>
public sealed record LocalNoise(double BaseRate, ReadOnlyMemory<double> Rates, IReadOnlyList<NoiseRegion> Regions)
{
    /// <summary>The probabilities of the true class, given the label and how often labels are wrong there.</summary>
    /// <param name="predictions">n x K probabilities of the true class by the features.</param>
    /// <param name="labels">n given labels 0..K-1.</param>
    /// <returns>The same probabilities where the rate is the base rate; elsewhere those of the given label times (1 - e)/(1 - b) and those of the others times e/b, for a rate e and the base rate b, made to add to one.</returns>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    public Predictions Judge(Predictions predictions, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        Guard.SameLength(Rates.Length, predictions.Count, nameof(Rates), nameof(predictions));
        Guard.SameLength(Rates.Length, labels.Length, nameof(Rates), nameof(labels));
        if (Regions.Count == 0)
            return predictions;
        var values = predictions.Values.ToArray();
        for (var i = 0; i < labels.Length; i++)
        {
            var rate = Rates.Span[i];
            if (rate == BaseRate)
                continue;
            var row = values.AsSpan(i * predictions.Classes, predictions.Classes);
            var given = row[labels[i]] * (1 - rate) / (1 - BaseRate);
            var factor = rate / BaseRate;
            var total = given + ((1 - row[labels[i]]) * factor);
            for (var k = 0; k < row.Length; k++)
                row[k] = k == labels[i] ? Math.Min(1, given / total) : Math.Min(1, row[k] * factor / total);
        }
        return new Predictions(values, predictions.Classes, predictions.RowIds);
    }
}
