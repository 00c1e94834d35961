using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>Lets a resampler work on rows with missing values: gaps are filled for its search and its interpolation, and the rows that stay get theirs back.</summary>
/// <remarks>Numbers are filled with the column's median, categories with the most frequent one. New rows have no gaps. Time of the filling O(n d log n).</remarks>
/// <param name="inner">The resampler, which sees no gap.</param>
public sealed class GapFillingResampler(IResampler inner) : IResampler
{
    /// <inheritdoc/>
    public string Name => inner.Name;

    /// <inheritdoc/>
    public ResampleResult Resample(Dataset data, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        var (filled, gaps) = Filled(data);
        var result = inner.Resample(filled, cancellation);
        return gaps == 0 ? result : result with
        {
            Dataset = WithGaps(result, data),
            Notes = [.. result.Notes, $"{gaps} missing values were filled for the resampling alone: medians for numbers, the most frequent category otherwise."],
        };
    }

    private static (Dataset Filled, int Gaps) Filled(Dataset data)
    {
        var features = data.Features.ToArray();
        var gaps = 0;
        for (var j = 0; j < data.Width; j++)
        {
            var known = new List<float>();
            for (var i = 0; i < data.Count; i++)
                if (float.IsFinite(features[i * data.Width + j]))
                    known.Add(features[i * data.Width + j]);
            if (known.Count == data.Count)
                continue;
            gaps += data.Count - known.Count;
            var filler = known.Count == 0 ? 0 : data.Columns.Count == 0 || data.Columns[j].Kind == FeatureKind.Numeric
                ? known.Order().ElementAt(known.Count / 2)
                : known.GroupBy(code => code).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).First().Key;
            for (var i = 0; i < data.Count; i++)
                if (!float.IsFinite(features[i * data.Width + j]))
                    features[i * data.Width + j] = filler;
        }
        return (gaps == 0 ? data : data.WithFeatures(features), gaps);
    }

    private static Dataset WithGaps(ResampleResult result, Dataset data)
    {
        var features = result.Dataset.Features.ToArray();
        for (var i = 0; i < result.Origins.Count; i++)
            if (result.Origins[i].Kind != RowOriginKind.Synthetic)
                data.Row(result.Origins[i].Row).CopyTo(features.AsSpan(i * data.Width, data.Width));
        return result.Dataset.WithFeatures(features);
    }
}
