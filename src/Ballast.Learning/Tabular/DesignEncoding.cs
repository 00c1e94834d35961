using System.Text.Json.Serialization;
using Ballast.Core;

namespace Ballast.Learning.Tabular;

/// <summary>How the features of a table become the columns of a <see cref="DesignMatrix"/>: learnt on a training set, applied to any rows of the same table.</summary>
/// <remarks>
/// Numeric features are standardised by weighted mean and standard deviation, missing values standing at the weighted median, with a
/// 0/1 column beside them where the training set has missing values. Categories are one-hot over those that the training set holds; a missing
/// or unseen one is all zeros, with a 0/1 column for missing where the training set has any. Numeric features of one value are left out.
/// </remarks>
public sealed record DesignEncoding
{
    /// <summary>The numeric features that are used.</summary>
    public required IReadOnlyList<NumericEncoding> Numerics { get; init; }

    /// <summary>Features whose missing values have a 0/1 column.</summary>
    public required IReadOnlyList<int> MissingIndicators { get; init; }

    /// <summary>The categorical features that are used.</summary>
    public required IReadOnlyList<CategoryEncoding> Categories { get; init; }

    /// <summary>Columns p of the matrix.</summary>
    [JsonIgnore]
    public int Width => Numerics.Count + MissingIndicators.Count + Categories.Sum(category => category.Codes.Count);

    /// <summary>Learns the encoding.</summary>
    /// <param name="data">The training rows; infinities are refused.</param>
    /// <param name="weights">n weights of at least 0; rows of weight 0 are as good as absent.</param>
    /// <exception cref="ArgumentException">An infinite feature.</exception>
    public static DesignEncoding Learn(Dataset data, ReadOnlySpan<float> weights)
    {
        ArgumentNullException.ThrowIfNull(data);
        Guard.SameLength(data.Count, weights.Length, nameof(data), nameof(weights));
        var (numerics, indicators, categories) = (new List<NumericEncoding>(), new List<int>(), new List<CategoryEncoding>());
        var present = new List<(float Value, float Weight)>(data.Count);
        for (var j = 0; j < data.Width; j++)
        {
            present.Clear();
            var missingWeight = 0.0;
            for (var i = 0; i < data.Count; i++)
            {
                if (weights[i] == 0)
                    continue;
                var value = data.Features.Span[i * data.Width + j];
                if (float.IsInfinity(value))
                    throw new ArgumentException($"Feature {NameOf(data, j)} is infinite in row {i + 1}; a linear model needs finite values.", nameof(data));
                if (float.IsNaN(value))
                    missingWeight += weights[i];
                else
                    present.Add((value, weights[i]));
            }
            if (missingWeight > 0 && present.Count > 0)
                indicators.Add(j);
            if (IsCategorical(data, j))
                categories.Add(new CategoryEncoding(j, [.. present.Select(item => (int)item.Value).Distinct().Order()]));
            else if (Standardise(j, present, missingWeight) is { } numeric)
                numerics.Add(numeric);
        }
        return new() { Numerics = numerics, MissingIndicators = indicators, Categories = [.. categories.Where(category => category.Codes.Count > 0)] };
    }

    /// <summary>Encodes rows.</summary>
    /// <exception cref="ArgumentException">An infinite feature.</exception>
    public DesignMatrix Apply(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var dense = new List<double[]>(Numerics.Count + MissingIndicators.Count);
        foreach (var numeric in Numerics)
            dense.Add(Column(data, numeric.Feature, value => ((float.IsNaN(value) ? numeric.Median : value) - numeric.Mean) / numeric.Scale));
        foreach (var feature in MissingIndicators)
            dense.Add(Column(data, feature, value => float.IsNaN(value) ? 1.0 : 0.0));
        var (oneHots, first) = (new List<DesignMatrix.OneHotColumn>(Categories.Count), dense.Count);
        foreach (var category in Categories)
        {
            var positions = category.Codes.Select((code, position) => (code, position)).ToDictionary(pair => (float)pair.code, pair => pair.position);
            oneHots.Add(new(first, positions.Count, Column(data, category.Feature, value => positions.GetValueOrDefault(value, -1))));
            first += positions.Count;
        }
        return new DesignMatrix(data.Count, Numerics.Count, [.. dense], [.. oneHots]);
    }

    private static T[] Column<T>(Dataset data, int feature, Func<float, T> encode)
    {
        var column = new T[data.Count];
        var features = data.Features.Span;
        for (var i = 0; i < column.Length; i++)
        {
            var value = features[i * data.Width + feature];
            if (float.IsInfinity(value))
                throw new ArgumentException($"Feature {NameOf(data, feature)} is infinite in row {i + 1}; a linear model needs finite values.", nameof(data));
            column[i] = encode(value);
        }
        return column;
    }

    // Mean and deviation are those of the imputed feature, so that the column has mean 0 and deviation 1 as it is used.
    private static NumericEncoding? Standardise(int feature, List<(float Value, float Weight)> present, double missingWeight)
    {
        if (present.Count == 0)
            return null;
        present.Sort((a, b) => a.Value.CompareTo(b.Value));
        if (present[0].Value == present[^1].Value)
            return null;
        var median = WeightedMedian(present);
        var (total, sum, squares) = (missingWeight, missingWeight * median, 0.0);
        foreach (var (value, weight) in present)
        {
            total += weight;
            sum += (double)weight * value;
        }
        var mean = sum / total;
        foreach (var (value, weight) in present)
            squares += weight * (value - mean) * (value - mean);
        squares += missingWeight * (median - mean) * (median - mean);
        return new NumericEncoding(feature, median, mean, Math.Sqrt(squares / total));
    }

    // Where half of the weight lies on either side of two neighbours, their middle, as for plain medians.
    private static double WeightedMedian(List<(float Value, float Weight)> sorted)
    {
        var (half, below) = (sorted.Sum(item => (double)item.Weight) / 2, 0.0);
        for (var i = 0; i < sorted.Count; i++)
        {
            below += sorted[i].Weight;
            if (below == half && i + 1 < sorted.Count)
                return (sorted[i].Value + (double)sorted[i + 1].Value) / 2;
            if (below > half)
                return sorted[i].Value;
        }
        return sorted[^1].Value;
    }

    private static bool IsCategorical(Dataset data, int feature) => data.Columns.Count > 0 && data.Columns[feature].Kind == FeatureKind.Categorical;

    private static string NameOf(Dataset data, int feature) => data.Columns.Count > 0 ? $"'{data.Columns[feature].Name}'" : $"{feature + 1}";
}

/// <summary>A standardised feature: (x - <paramref name="Mean"/>) / <paramref name="Scale"/>, <paramref name="Median"/> standing for a missing x.</summary>
/// <param name="Feature">Position of the feature.</param>
/// <param name="Median">Weighted median of the values present.</param>
/// <param name="Mean">Weighted mean of the imputed feature.</param>
/// <param name="Scale">Weighted standard deviation of the imputed feature.</param>
public sealed record NumericEncoding(int Feature, double Median, double Mean, double Scale);

/// <summary>A one-hot feature over the codes that the training set holds.</summary>
/// <param name="Feature">Position of the feature.</param>
/// <param name="Codes">The codes, ascending, one a column.</param>
public sealed record CategoryEncoding(int Feature, IReadOnlyList<int> Codes);
