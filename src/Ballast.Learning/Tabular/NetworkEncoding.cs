using System.Text.Json.Serialization;
using Ballast.Core;
using Ballast.Learning.Networks;

namespace Ballast.Learning.Tabular;

/// <summary>How the rows of a table become the rows of a <see cref="TabularShape"/>: learnt on a training set, applied to any rows of the same table.</summary>
/// <remarks>
/// Numeric features as in <see cref="DesignEncoding"/> (standardised, missing values at the median, a 0/1 column beside them where training has any), or by <see cref="QuantileScale"/>.
/// Then one column of codes for each category: 0..k-1 for the values that training holds, k for missing, k + 1 for values that training does not hold.
/// </remarks>
public sealed record NetworkEncoding
{
    /// <summary>The features in use, their statistics and codes.</summary>
    public required DesignEncoding Design { get; init; }

    /// <summary>One map a numeric feature, in the order of <see cref="DesignEncoding.Numerics"/>; null where they are standardised.</summary>
    public IReadOnlyList<QuantileScale>? Quantiles { get; init; }

    /// <summary>Shape of the encoded rows.</summary>
    [JsonIgnore]
    public TabularShape Shape => new(Design.Numerics.Count + Design.MissingIndicators.Count, [.. Design.Categories.Select(category => category.Codes.Count + 2)]);

    /// <summary>Learns the encoding.</summary>
    /// <param name="data">The training rows; infinities are refused.</param>
    /// <param name="weights">n weights of at least 0; rows of weight 0 are as good as absent.</param>
    /// <param name="scaling">What becomes of numeric features.</param>
    /// <exception cref="ArgumentException">An infinite feature.</exception>
    public static NetworkEncoding Learn(Dataset data, ReadOnlySpan<float> weights, NumericScaling scaling = NumericScaling.Standard)
    {
        var design = DesignEncoding.Learn(data, weights);
        if (scaling == NumericScaling.Standard)
            return new() { Design = design };
        var quantiles = new List<QuantileScale>();
        foreach (var numeric in design.Numerics)
        {
            var (values, itsWeights) = (new List<double>(), new List<double>());
            for (var i = 0; i < data.Count; i++)
                if (weights[i] > 0 && !float.IsNaN(data.Row(i)[numeric.Feature]))
                {
                    values.Add(data.Row(i)[numeric.Feature]);
                    itsWeights.Add(weights[i]);
                }
            quantiles.Add(QuantileScale.Learn([.. values], [.. itsWeights]));
        }
        return new() { Design = design, Quantiles = quantiles };
    }

    /// <summary>Encodes rows; labels, targets, weights and row ids go along.</summary>
    /// <exception cref="ArgumentException">An infinite feature.</exception>
    public Dataset Apply(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var shape = Shape;
        var positions = Design.Categories.Select(category => category.Codes.Index().ToDictionary(pair => (float)pair.Item, pair => pair.Index)).ToArray();
        var encoded = new float[checked(data.Count * shape.Width)];
        for (var i = 0; i < data.Count; i++)
            Encode(data.Row(i), encoded.AsSpan(i * shape.Width, shape.Width), positions, i);
        return new Dataset(
            encoded, data.Count, Columns(data, shape), [shape.Width], data.Labels, data.ClassNames, data.Targets, data.Groups, data.GroupNames, data.Weights, data.RowIds);
    }

    private void Encode(ReadOnlySpan<float> row, Span<float> encoded, Dictionary<float, int>[] positions, int index)
    {
        foreach (var value in row)
            if (float.IsInfinity(value))
                throw new ArgumentException($"A feature of row {index + 1} is infinite; a network needs finite values.");
        var next = 0;
        foreach (var (j, numeric) in Design.Numerics.Index())
        {
            var value = float.IsNaN(row[numeric.Feature]) ? numeric.Median : row[numeric.Feature];
            encoded[next++] = (float)(Quantiles is null ? (value - numeric.Mean) / numeric.Scale : Quantiles[j].Apply(value));
        }
        foreach (var feature in Design.MissingIndicators)
            encoded[next++] = float.IsNaN(row[feature]) ? 1 : 0;
        foreach (var (j, category) in Design.Categories.Index())
        {
            var (value, known) = (row[category.Feature], category.Codes.Count);
            encoded[next++] = float.IsNaN(value) ? known : positions[j].GetValueOrDefault(value, known + 1);
        }
    }

    private FeatureColumn[] Columns(Dataset data, TabularShape shape)
    {
        string NameOf(int feature) => data.Columns.Count > 0 ? data.Columns[feature].Name : $"feature {feature + 1}";
        return
        [
            .. Design.Numerics.Select(numeric => FeatureColumn.Numeric(NameOf(numeric.Feature))),
            .. Design.MissingIndicators.Select(feature => FeatureColumn.Numeric($"{NameOf(feature)} missing")),
            .. Design.Categories.Zip(shape.Categories, (category, codes) => FeatureColumn.Categorical(NameOf(category.Feature), [.. Enumerable.Range(0, codes).Select(code => $"{code}")])),
        ];
    }
}
