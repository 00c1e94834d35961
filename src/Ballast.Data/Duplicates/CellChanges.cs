using Ballast.Core;
using Ballast.Data.Reading;

namespace Ballast.Data.Duplicates;

/// <summary>Classes of how far two different values of one column lie apart, and how often a value taken at random falls into each.</summary>
/// <remarks>
/// Numbers: by the size of the difference, cut at the 1/32, 1/16, 1/8, 1/4 and 1/2 quantiles of differences between random rows, so that what nature likes, small differences, is
/// told from what chance likes. A missing value against a number is a class of its own, and so are two different categories.
/// </remarks>
internal sealed class CellChanges
{
    public const int Classes = 7;
    private const int Apart = Classes - 1;
    private const int Draws = 4_000;

    // A changed cell is mostly a random value; but a mistyped one may lie as well near as far, or be missing.
    private const double AnySize = 0.25;

    private readonly TableColumn column;
    private readonly bool isNumeric;
    private readonly double[] cuts;
    private readonly double[] chance = new double[Classes];

    public CellChanges(TableColumn column, int[] codes, int[] rows, RandomStream random)
    {
        (this.column, isNumeric) = (column, RowPoints.IsNumeric(column));
        var pairs = new List<(int A, int B)>();
        for (var draw = 0; draw < Draws; draw++)
        {
            var (a, b) = (rows[random.Next(rows.Length)], rows[random.Next(rows.Length)]);
            if (codes[a] != codes[b])
                pairs.Add((a, b));
        }
        double[] sizes = [.. pairs.Select(p => Size(p.A, p.B)).Where(double.IsFinite).Order()];
        cuts = sizes.Length == 0 ? [] : [.. Enumerable.Range(1, Apart - 1).Select(k => sizes[sizes.Length >> (Apart - k)])];
        foreach (var (a, b) in pairs)
            chance[Of(a, b)] += 1.0 / pairs.Count;
        for (var k = isNumeric ? 0 : Apart; k < Classes; k++)
            chance[k] = ((1 - AnySize) * chance[k]) + (AnySize / (isNumeric ? Classes : 1));
    }

    /// <summary>The share of random changes that fall into a class.</summary>
    public double Chance(int kind) => chance[kind];

    /// <summary>Whether the class is that of a number against a missing one.</summary>
    public bool IsBlank(int kind) => isNumeric && kind == Apart;

    /// <summary>The class of two different values.</summary>
    public int Of(int rowA, int rowB)
    {
        var size = Size(rowA, rowB);
        if (!double.IsFinite(size))
            return Apart;
        var kind = 0;
        while (kind < cuts.Length && size > cuts[kind])
            kind++;
        return kind;
    }

    private double Size(int rowA, int rowB) => isNumeric ? Math.Abs(column.Number(rowA) - column.Number(rowB)) : double.NaN;
}
