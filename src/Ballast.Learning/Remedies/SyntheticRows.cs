using Ballast.Core;
using Ballast.Data.Resampling;

namespace Ballast.Learning.Remedies;

/// <summary>SMOTE on rows with gaps: gaps are filled for the search and the interpolation, and original rows get theirs back.</summary>
/// <remarks>Numbers are filled with the column's median, categories with its most frequent. Classes grow to the mean class size n/K, which balances a rare class at no more than twice the rows.</remarks>
internal static class SyntheticRows
{
    private const int Neighbors = 5;

    public static ResampleResult Add(Dataset data, int seed, CancellationToken cancellation)
    {
        var counts = data.ClassCounts();
        var goal = data.Count / Math.Max(1, counts.Count(c => c > 0));
        var smallest = counts.Where(c => c > 0 && c < goal).DefaultIfEmpty(int.MaxValue).Min();
        if (smallest < 2)
            throw new ArgumentException("SMOTE needs at least two rows in every class that is to grow.", nameof(data));
        var wanted = Enumerable.Range(0, counts.Length).Where(c => counts[c] > 0 && counts[c] < goal).ToDictionary(c => c, _ => goal);
        var options = new SmoteOptions { Neighbors = Math.Min(Neighbors, smallest - 1), Seed = seed, Target = ResamplingTarget.Counts(wanted), Standardize = Standardize.On };
        var filled = Filled(data);
        var result = SmoteFamily.For(filled, options).Resample(filled, cancellation);
        return result with { Dataset = WithGaps(result, data) };
    }

    private static Dataset Filled(Dataset data)
    {
        var features = data.Features.ToArray();
        for (var j = 0; j < data.Width; j++)
        {
            var known = new List<float>();
            for (var i = 0; i < data.Count; i++)
                if (float.IsFinite(features[i * data.Width + j]))
                    known.Add(features[i * data.Width + j]);
            if (known.Count == data.Count)
                continue;
            var filler = known.Count == 0 ? 0 : data.Columns[j].Kind == FeatureKind.Numeric
                ? known.Order().ElementAt(known.Count / 2)
                : known.GroupBy(code => code).OrderByDescending(g => g.Count()).ThenBy(g => g.Key).First().Key;
            for (var i = 0; i < data.Count; i++)
                if (!float.IsFinite(features[i * data.Width + j]))
                    features[i * data.Width + j] = filler;
        }
        return data.WithFeatures(features);
    }

    private static Dataset WithGaps(ResampleResult result, Dataset data)
    {
        var features = result.Dataset.Features.ToArray();
        for (var i = 0; i < result.Origins.Count; i++)
            if (result.Origins[i].Kind == RowOriginKind.Original)
                data.Row(result.Origins[i].Row).CopyTo(features.AsSpan(i * data.Width, data.Width));
        return result.Dataset.WithFeatures(features);
    }
}
