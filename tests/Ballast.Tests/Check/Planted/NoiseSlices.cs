using Ballast.Core;

namespace Ballast.Tests.Check.Planted;

/// <summary>Draws a slice of a table and spoils half of its labels.</summary>
internal static class NoiseSlices
{
    private const double SmallestShare = 0.05, LargestShare = 0.12;

    /// <summary>A random conjunction that holds 5 to 12% of the rows; its rows are left empty until the table is complete.</summary>
    public static NoisySlice Draw(string[] header, IReadOnlyList<PlantedRow> rows, int[] numeric, int[] text, RandomStream random)
    {
        var sample = random.SampleWithoutReplacement(rows.Count, Math.Min(rows.Count, 3000)).Select(r => rows[r]).ToArray();
        for (var attempt = 0; attempt < 2000; attempt++)
        {
            var column = numeric[random.Next(numeric.Length)];
            var (low, high) = Range(sample, column, random);
            var others = numeric.Concat(text).Where(c => c != column).ToArray();
            var other = others[random.Next(others.Length)];
            var slice = new NoisySlice(header[column], low, high, header[other], null, 0, 0, []);
            if (text.Contains(other))
                slice = slice with { Value = sample[random.Next(sample.Length)].Cells[other] };
            else
                slice = WithOtherRange(slice, Range(sample, other, random));
            if (slice.Value is { } value && CsvTable.IsMissing(value))
                continue;
            // A part that does nothing would make the conjunction a lie.
            var share = Share(slice);
            if (share is >= SmallestShare and <= LargestShare
                && share < 0.9 * Share(slice with { Low = double.NegativeInfinity, High = double.PositiveInfinity })
                && share < 0.9 * ShareWithin(column, low, high))
                return slice;
        }
        throw new InvalidOperationException("The table has no slice of a suitable size.");

        double Share(NoisySlice slice) => sample.Count(row => Contains(slice, header, row.Cells)) / (double)sample.Length;
        double ShareWithin(int column, double low, double high) =>
            sample.Count(row => CsvTable.Number(row.Cells[column]) is var x && x >= low && x <= high) / (double)sample.Length;
        static NoisySlice WithOtherRange(NoisySlice slice, (double Low, double High) range) => slice with { OtherLow = range.Low, OtherHigh = range.High };
    }

    public static bool Contains(NoisySlice slice, string[] header, string[] cells)
    {
        var first = CsvTable.Number(cells[Array.IndexOf(header, slice.Column)]);
        var second = cells[Array.IndexOf(header, slice.OtherColumn)];
        // A missing number may lie in no range; open ends are used to ask about one part alone.
        var inFirst = double.IsNegativeInfinity(slice.Low) || (first >= slice.Low && first <= slice.High);
        return inFirst && (slice.Value is { } value ? second == value : CsvTable.Number(second) is var x && x >= slice.OtherLow && x <= slice.OtherHigh);
    }

    /// <summary>Gives half of the slice's rows a label drawn uniformly from all classes.</summary>
    public static void Spoil(NoisySlice slice, string[] header, int target, IReadOnlyList<PlantedRow> rows, string[] classes, RandomStream random)
    {
        var inside = rows.Where(row => Contains(slice, header, row.Cells)).ToArray();
        random.Shuffle(inside.AsSpan());
        foreach (var row in inside.Take(inside.Length / 2))
            row.Cells[target] = classes[random.Next(classes.Length)];
    }

    private static (double Low, double High) Range(IReadOnlyList<PlantedRow> rows, int column, RandomStream random)
    {
        var values = rows.Select(row => CsvTable.Number(row.Cells[column])).Where(double.IsFinite).Order().ToArray();
        var width = 0.15 + (0.35 * random.NextDouble());
        var start = (1 - width) * random.NextDouble();
        return (values[(int)(start * (values.Length - 1))], values[(int)((start + width) * (values.Length - 1))]);
    }
}
