using System.Text.Json.Serialization;
using MathNet.Numerics.Distributions;

namespace Ballast.Learning.Tabular;

/// <summary>A monotone map of a feature onto the standard normal: by the rank among the training values, linear between them and constant beyond.</summary>
/// <param name="Values">Training values, ascending and distinct, at least 2 and at most <see cref="Knots"/>.</param>
/// <param name="Scores">What each becomes, ascending.</param>
public sealed record QuantileScale(IReadOnlyList<double> Values, IReadOnlyList<double> Scores)
{
    /// <summary>The most values that are kept.</summary>
    public const int Knots = 1000;

    [JsonIgnore]
    internal bool IsSound => Values.Count >= 2 && Values.Count == Scores.Count && IsAscending(Values) && IsAscending(Scores);

    /// <summary>Learns the map: a value whose weight begins after a share p of the total weight and ends at q becomes the normal quantile of (p + q) / 2.</summary>
    /// <param name="values">Values present; at least two differ.</param>
    /// <param name="weights">Their weights, above 0.</param>
    public static QuantileScale Learn(double[] values, double[] weights)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(weights);
        Array.Sort(values, weights);
        var (distinct, ranks, total, below) = (new List<double>(), new List<double>(), weights.Sum(), 0.0);
        for (var i = 0; i < values.Length;)
        {
            var (value, weight) = (values[i], 0.0);
            for (; i < values.Length && values[i] == value; i++)
                weight += weights[i];
            distinct.Add(value);
            ranks.Add((below + (weight / 2)) / total);
            below += weight;
        }
        var kept = Enumerable.Range(0, Math.Min(Knots, distinct.Count)).Select(k => (int)((long)k * (distinct.Count - 1) / (Math.Min(Knots, distinct.Count) - 1))).ToArray();
        return new([.. kept.Select(k => distinct[k])], [.. kept.Select(k => Normal.InvCDF(0, 1, ranks[k]))]);
    }

    /// <summary>The normal score of a value.</summary>
    public double Apply(double value)
    {
        if (value <= Values[0])
            return Scores[0];
        if (value >= Values[^1])
            return Scores[^1];
        var (low, high) = (0, Values.Count - 1);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = Values[middle] <= value ? (middle, high) : (low, middle);
        }
        return Scores[low] + ((Scores[high] - Scores[low]) * (value - Values[low]) / (Values[high] - Values[low]));
    }

    private static bool IsAscending(IReadOnlyList<double> numbers)
    {
        for (var i = 0; i < numbers.Count; i++)
            if (!double.IsFinite(numbers[i]) || (i > 0 && !(numbers[i] > numbers[i - 1])))
                return false;
        return true;
    }
}
