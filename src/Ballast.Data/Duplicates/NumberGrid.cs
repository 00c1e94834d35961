using Ballast.Data.Reading;

namespace Ballast.Data.Duplicates;

/// <summary>The decimals that a column's numbers have: three quarters of them, the most frequent number left out, are multiples of the step.</summary>
/// <param name="Step">10^-decimals; 0 where the numbers keep to no grid.</param>
internal readonly record struct NumberGrid(double Step)
{
    private const int MostDecimals = 4;
    private const double ShareOnGrid = 0.75;

    public static NumberGrid Of(TableColumn column, int[] rows)
    {
        var withDecimals = new int[MostDecimals + 2];
        var present = 0;
        // A column that is mostly zeros shows its decimals in the others.
        var frequent = MostFrequent(column, rows);
        foreach (var row in rows)
        {
            var number = column.Number(row);
            if (!double.IsFinite(number) || number == frequent)
                continue;
            withDecimals[Decimals(number)]++;
            present++;
        }
        for (var (decimals, within) = (0, 0); decimals <= MostDecimals; decimals++)
            if ((within += withDecimals[decimals]) >= ShareOnGrid * present && present > 0)
                return new NumberGrid(Math.Pow(10, -decimals));
        return new NumberGrid(0);
    }

    public bool IsOff(double number) => Step > 0 && double.IsFinite(number) && !IsMultiple(number, Step);

    /// <summary>What a number has beyond the nearest point of the grid; 0 on it.</summary>
    public double Stray(double number) => IsOff(number) ? number - (Math.Round(number / Step) * Step) : 0;

    private static double MostFrequent(TableColumn column, int[] rows)
    {
        var counts = new int[column.DistinctCount];
        foreach (var row in rows)
            if (!column.IsMissing(row))
                counts[column.Codes[row]]++;
        return counts.Length == 0 ? double.NaN : column.Numbers[Array.IndexOf(counts, counts.Max())];
    }

    private static int Decimals(double number)
    {
        for (var (decimals, step) = (0, 1.0); decimals <= MostDecimals; decimals++, step /= 10)
            if (IsMultiple(number, step))
                return decimals;
        return MostDecimals + 1;
    }

    // Binary fractions miss decimal ones by their last bits.
    private static bool IsMultiple(double number, double step) =>
        Math.Abs((number / step) - Math.Round(number / step)) <= 1e-7 * Math.Max(1, Math.Abs(number / step) * 1e-6);
}
