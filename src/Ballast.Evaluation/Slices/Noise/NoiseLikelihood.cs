using Ballast.Core;

namespace Ballast.Evaluation.Slices.Noise;

/// <summary>How well shares of wrong labels explain given labels: P(label | features) = (1 - e) p + e (1 - p)/(K - 1), p the probability of the given label, as if every other class took its place as often.</summary>
internal sealed class NoiseLikelihood
{
    private const double LeastRate = 0.001, LargestRate = 0.5;
    private const double LeastProbability = 1e-9;
    private const int Halvings = 40;

    private readonly double[] given;
    private readonly double[] weights;
    private readonly int otherClasses;

    /// <summary>Takes the probabilities of the given labels.</summary>
    public NoiseLikelihood(Predictions predictions, ReadOnlySpan<int> labels, double[] weights)
    {
        (this.weights, otherClasses, given) = (weights, predictions.Classes - 1, new double[labels.Length]);
        for (var i = 0; i < given.Length; i++)
            given[i] = Math.Clamp(predictions[i, labels[i]], LeastProbability, 1 - LeastProbability);
    }

    /// <summary>ln P(label of a row | rate).</summary>
    public double Log(int row, double rate) => Math.Log(((1 - rate) * given[row]) + (rate * (1 - given[row]) / otherClasses));

    /// <summary>The rate that makes all labels likeliest.</summary>
    public double LikeliestRate() => LikeliestRate([.. Enumerable.Range(0, given.Length)]);

    /// <summary>The rate that makes the labels of some rows likeliest. The likelihood is concave in the rate, so its slope changes sign once.</summary>
    public double LikeliestRate(List<int> rows)
    {
        var (low, high) = (LeastRate, LargestRate);
        for (var halving = 0; halving < Halvings; halving++)
        {
            var middle = (low + high) / 2;
            if (Slope(rows, middle) > 0)
                low = middle;
            else
                high = middle;
        }
        return low;
    }

    private double Slope(List<int> rows, double rate)
    {
        var slope = 0.0;
        foreach (var i in rows)
        {
            var other = (1 - given[i]) / otherClasses;
            slope += weights[i] * (other - given[i]) / (((1 - rate) * given[i]) + (rate * other));
        }
        return slope;
    }
}
