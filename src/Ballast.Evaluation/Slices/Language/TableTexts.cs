using Ballast.Core;

namespace Ballast.Evaluation.Slices.Language;

/// <summary>A table's rows in words: a phrase for each column, such as <c>job = 'fixed'; 28 &lt;= age &lt; 37</c>. To be read as <see cref="TextKind.Phrases"/>.</summary>
public static class TableTexts
{
    private const int Quantiles = 4;

    /// <summary>n texts. Numbers of more than four different values are cut at quartiles.</summary>
    /// <exception cref="ArgumentException">The dataset has no named columns.</exception>
    public static string[] Of(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Width == 0 || data.Columns.Count == 0)
            throw new ArgumentException("This dataset has no named columns.", nameof(data));
        var conditions = Enumerable.Range(0, data.Width).Select(j => ConditionsOf(data, j)).ToArray();
        return [.. Enumerable.Range(0, data.Count).Select(i => string.Join(Words.PhraseEnd, Enumerable.Range(0, data.Width)
            .Select(j => conditions[j](data.Features.Span[i * data.Width + j]).ToString()!.Replace(Words.PhraseEnd, ", ", StringComparison.Ordinal))))];
    }

    private static Func<float, SliceCondition> ConditionsOf(Dataset data, int j)
    {
        var (column, missing) = (data.Columns[j], new MissingCondition(j, data.Columns[j].Name));
        if (column.Kind != FeatureKind.Numeric)
            return value => float.IsNaN(value) ? missing : new CategoryCondition(j, column.Name, (int)value, column.Categories[(int)value]);
        var sorted = new List<float>();
        for (var i = 0; i < data.Count; i++)
            if (data.Features.Span[i * data.Width + j] is var value && !float.IsNaN(value))
                sorted.Add(value);
        sorted.Sort();
        if (sorted.Distinct().Take(Quantiles + 1).Count() <= Quantiles)
            return value => float.IsNaN(value) ? missing : new ValueCondition(j, column.Name, value);
        double[] cuts = [double.NegativeInfinity, .. Enumerable.Range(1, Quantiles - 1).Select(q => Cut(sorted, q * sorted.Count / Quantiles)).Distinct(), double.PositiveInfinity];
        return value => float.IsNaN(value) ? missing : Enumerable.Range(0, cuts.Length - 1).Select(b => new RangeCondition(j, column.Name, cuts[b], cuts[b + 1])).First(range => range.Matches(value));
    }

    // A readable number that leaves the value at this place, and all like it, above.
    private static double Cut(List<float> sorted, int place)
    {
        var first = sorted.IndexOf(sorted[place]);
        return first == 0 ? sorted[place] : BinnedFeatures.RoundBetween(sorted[first - 1], sorted[first]);
    }
}
