using System.Globalization;
using Ballast.Core;
using Ballast.Exchange;

namespace Ballast.Data.Reading;

/// <summary>An npy array of n x d numbers (or n) as a table with the columns column_1 to column_d; every number in its shortest exact text, NaN missing.</summary>
internal sealed class NpySource : RecordSource
{
    private readonly double[] values;
    private readonly bool single;
    private readonly int rows;
    private int row;

    public NpySource(string path) : base(path)
    {
        var header = NpyFile.ReadHeader(path);
        if (header.Shape.Count is not (1 or 2) || header.Shape is [_, 0])
            throw new DataFormatException(path, $"an array of shape [{string.Join(", ", header.Shape)}]", "rows x columns");
        var array = NpyFile.Read<double>(path);
        (values, rows) = (array.Values, array.Shape[0]);
        // Widened, 0.1 of 32 bits would read 0.10000000149011612.
        single = header.ElementType is ElementType.Float32 or ElementType.Float16;
        var width = array.Shape.Count == 1 ? 1 : array.Shape[1];
        SetNames([.. Enumerable.Range(1, width).Select(c => $"column_{c}")]);
        Notes.Add($"An npy array has no column names; they are called column_1 to column_{width} here.");
        fieldBytes = new byte[32 * width];
    }

    public override double Fraction => rows == 0 ? 1 : (double)row / rows;

    public override bool Next()
    {
        if (row == rows)
            return false;
        var (used, width) = (0, fieldLengths.Length);
        for (var c = 0; c < width; c++)
        {
            var value = values[(row * (long)width) + c];
            int length;
            var written = single
                ? ((float)value).TryFormat(fieldBytes.AsSpan(used), out length, default, CultureInfo.InvariantCulture)
                : value.TryFormat(fieldBytes.AsSpan(used), out length, default, CultureInfo.InvariantCulture);
            if (!written)
                throw new InvalidOperationException("A number outgrew its field.");
            (fieldStarts[c], fieldLengths[c]) = (used, length);
            used += length;
        }
        row++;
        return true;
    }

    public override void Dispose()
    {
    }
}
