using Ballast.Core;

namespace Ballast.Evaluation.Slices;

/// <summary>The features of some rows as small codes, with the condition that every code or run of codes stands for.</summary>
/// <remarks>Code 0 is missing. Numbers: codes 1..B in order, cut near quantiles. Categories: the most frequent; the last code is any other.</remarks>
internal sealed class BinnedFeatures
{
    private readonly int numericBins, categoricalBins;
    private readonly Feature[] features;

    /// <summary>Bins the columns of some rows, into at most so many codes besides missing and other.</summary>
    public BinnedFeatures(Dataset data, int[] rows, int numericBins = 32, int categoricalBins = 254)
    {
        (this.numericBins, this.categoricalBins) = (numericBins, categoricalBins);
        features = new Feature[data.Width];
        Parallel.For(0, data.Width, j => features[j] = data.Columns[j].Kind == FeatureKind.Numeric ? Number(data, rows, j) : Category(data, rows, j));
    }

    public int Count => features.Length;

    public bool IsOrdered(int feature) => features[feature].Ordered;

    /// <summary>Codes in use: 0..Bins-1.</summary>
    public int Bins(int feature) => features[feature].Conditions.Length;

    public ReadOnlySpan<byte> Codes(int feature) => features[feature].Codes;

    /// <summary>The condition of one code; null where it has none (the rest of many categories).</summary>
    public SliceCondition? Condition(int feature, int code) => features[feature].Conditions[code];

    /// <summary>The condition of a run of codes of a number.</summary>
    public SliceCondition Range(int feature, int first, int last)
    {
        if (first == last)
            return features[feature].Conditions[first]!;
        var low = (RangeCondition)features[feature].Ranges[first];
        var high = (RangeCondition)features[feature].Ranges[last];
        return low with { High = high.High };
    }

    private sealed record Feature(bool Ordered, byte[] Codes, SliceCondition?[] Conditions, SliceCondition[] Ranges);

    private Feature Number(Dataset data, int[] rows, int j)
    {
        var name = data.Columns[j].Name;
        var values = new float[rows.Length];
        for (var i = 0; i < rows.Length; i++)
            values[i] = data.Features.Span[rows[i] * data.Width + j];
        var sorted = Array.FindAll(values, value => !float.IsNaN(value));
        Array.Sort(sorted);
        var starts = BinStarts(sorted);
        var ranges = new SliceCondition[starts.Count + 1];
        var conditions = new SliceCondition?[starts.Count + 1];
        conditions[0] = ranges[0] = new MissingCondition(j, name);
        var cuts = starts.Select((start, b) => b == 0 ? double.NegativeInfinity : RoundBetween(sorted[start - 1], sorted[start])).Append(double.PositiveInfinity).ToArray();
        for (var b = 0; b < starts.Count; b++)
        {
            var range = new RangeCondition(j, name, cuts[b], cuts[b + 1]);
            var last = b + 1 < starts.Count ? starts[b + 1] - 1 : sorted.Length - 1;
            ranges[b + 1] = range;
            conditions[b + 1] = sorted[starts[b]] == sorted[last] ? new ValueCondition(j, name, sorted[last]) : range;
        }
        var codes = Array.ConvertAll(values, value => (byte)(float.IsNaN(value) ? 0 : BinOf(cuts, value)));
        return new Feature(true, codes, conditions, ranges);
    }

    // Places in the sorted values where bins begin: every distinct value while there are few, else near equal counts.
    private List<int> BinStarts(float[] sorted)
    {
        var starts = new List<int>();
        for (var i = 0; i < sorted.Length && starts.Count <= numericBins; i++)
            if (i == 0 || sorted[i] != sorted[i - 1])
                starts.Add(i);
        if (starts.Count <= numericBins)
            return starts;
        starts.Clear();
        for (var b = 0; b < numericBins; b++)
        {
            var i = (int)((long)b * sorted.Length / numericBins);
            while (i > 0 && i < sorted.Length && sorted[i] == sorted[i - 1])
                i++;
            if (i < sorted.Length && (starts.Count == 0 || i > starts[^1]))
                starts.Add(i);
        }
        return starts;
    }

    private static int BinOf(double[] cuts, double value)
    {
        var found = Array.BinarySearch(cuts, value);
        return Math.Min(found >= 0 ? found + 1 : ~found, cuts.Length - 1); // +infinity lies in the last bin
    }

    /// <summary>The number with the fewest decimals in (below, above], so that people can read the condition.</summary>
    internal static double RoundBetween(double below, double above)
    {
        if (!double.IsFinite(below) || !double.IsFinite(above))
            return above;
        for (var digits = -(int)Math.Floor(Math.Log10(above - below)) - 1; digits <= 15; digits++)
        {
            // Powers of ten are exact up to 10^22, their reciprocals are not: divide rather than multiply by one.
            var rounded = digits >= 0
                ? Math.Floor(above * Math.Pow(10, digits)) / Math.Pow(10, digits)
                : Math.Floor(above / Math.Pow(10, -digits)) * Math.Pow(10, -digits);
            if (rounded > below && rounded <= above)
                return rounded;
        }
        return above;
    }

    private Feature Category(Dataset data, int[] rows, int j)
    {
        var column = data.Columns[j];
        var counts = new int[column.Categories.Count];
        foreach (var row in rows)
            if (data.Features.Span[row * data.Width + j] is var value && !float.IsNaN(value))
                counts[(int)value]++;
        var frequent = Enumerable.Range(0, counts.Length).Where(c => counts[c] > 0).OrderByDescending(c => counts[c]).Take(categoricalBins).ToArray();
        var rest = (byte)(frequent.Length + 1);
        var codeOf = new byte[counts.Length];
        Array.Fill(codeOf, rest);
        var conditions = new SliceCondition?[frequent.Length + 2];
        conditions[0] = new MissingCondition(j, column.Name);
        for (var c = 0; c < frequent.Length; c++)
        {
            codeOf[frequent[c]] = (byte)(c + 1);
            conditions[c + 1] = new CategoryCondition(j, column.Name, frequent[c], column.Categories[frequent[c]]);
        }
        var codes = new byte[rows.Length];
        for (var i = 0; i < rows.Length; i++)
            if (data.Features.Span[rows[i] * data.Width + j] is var value && !float.IsNaN(value))
                codes[i] = codeOf[(int)value];
        return new Feature(false, codes, conditions, []);
    }
}
