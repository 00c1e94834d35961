using Ballast.Data.Reading;
using Ballast.Numerics.Neighbors;

namespace Ballast.Data.Duplicates;

/// <summary>Rows of mixed columns as points, so that distance says how unlike two rows are and no column outweighs the others.</summary>
/// <remarks>
/// A number becomes asinh((x - median) / s), s the standard deviation of the middle of the column: linear where the data lie, logarithmic in
/// the tails, so that a relative error is small everywhere. Categories that differ cost as much as two random numbers do on average. A
/// missing number sits at the median with a code that says so.
/// </remarks>
internal static class RowPoints
{
    // E (a - b)^2 of two independent standard normals is 2; asinh takes a little off it.
    private const double Mismatch = 1.5;

    /// <summary>The points of <paramref name="rows"/>, in that order.</summary>
    public static PointSet Of(IReadOnlyList<TableColumn> columns, int[] rows)
    {
        var numeric = columns.Where(IsNumeric).ToArray();
        var coded = columns.Where(c => !IsNumeric(c)).Select(ComparedValues.Folded)
            .Concat(numeric.Where(c => c.MissingCount > 0).Select(Missingness)).ToArray();

        var values = new double[checked(rows.Length * numeric.Length)];
        for (var j = 0; j < numeric.Length; j++)
        {
            var (median, scale) = MiddleAndScale(numeric[j], rows);
            for (var i = 0; i < rows.Length; i++)
            {
                var number = numeric[j].Number(rows[i]);
                values[i * numeric.Length + j] = double.IsFinite(number) ? Math.Asinh((number - median) / scale) : 0;
            }
        }
        var codes = new int[checked(rows.Length * coded.Length)];
        for (var j = 0; j < coded.Length; j++)
            for (var i = 0; i < rows.Length; i++)
                codes[i * coded.Length + j] = coded[j][rows[i]];
        return new PointSet(values, rows.Length, numeric.Length, codes, coded.Length, Mismatch);
    }

    /// <summary>Whether values of the column have distances.</summary>
    public static bool IsNumeric(TableColumn column) => column.Kind is ColumnKind.Numeric or ColumnKind.Date;

    public static int[] Missingness(TableColumn column)
    {
        var codes = new int[column.Count];
        for (var i = 0; i < codes.Length; i++)
            codes[i] = column.IsMissing(i) ? 1 : 0;
        return codes;
    }

    private static (double Median, double Scale) MiddleAndScale(TableColumn column, int[] rows)
    {
        var numbers = rows.Select(column.Number).Where(double.IsFinite).Order().ToArray();
        if (numbers.Length == 0)
            return (0, 1);
        double At(double share) => numbers[(int)(share * (numbers.Length - 1))];
        // The middle 80% spans 2.56 standard deviations of a normal; a column that is mostly one value falls back on its whole spread.
        var scale = (At(0.9) - At(0.1)) / 2.56;
        if (scale <= 0)
        {
            var mean = numbers.Average();
            scale = Math.Sqrt(numbers.Sum(x => (x - mean) * (x - mean)) / numbers.Length);
        }
        return (At(0.5), scale > 0 ? scale : 1);
    }
}
