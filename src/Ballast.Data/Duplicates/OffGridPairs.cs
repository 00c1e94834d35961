using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Numerics.Neighbors;

namespace Ballast.Data.Duplicates;

/// <summary>Rows with more decimals than their columns have, as a copy gets whose numbers were disturbed, with the rows they stem from.</summary>
/// <remarks>
/// Each such row is compared with the nearest row that has none. How near chance brings a row that stems from no other is seen on decoys: rows of the table, given the same stray
/// decimals and forbidden to find themselves. The share of odd rows that are no copies is Storey's estimate (2002), from those that lie farther than most decoys; rows
/// are taken, nearest first, while at most 15% of all and half of the last are expected to be no copies. A row that strays in most of its numbers is taken wherever another is close.
/// </remarks>
internal static class OffGridPairs
{
    private const double AllowedCoincidences = 0.15;
    private const double LargestShareOffGrid = 0.25;
    private const int DecoysARow = 4;
    private const int FewestDecoys = 200;
    private const int MostDecoys = 4_000;

    // A step of the grid, or 1% of the spread, counts as one unit of distance; another category as ten.
    private const double SmallChange = 0.01;
    private const double Mismatch = 100;

    // Rows most of whose numbers stray come from elsewhere than the table, and need lie no nearer to a row than two units a number.
    private const int FewestForeign = 3;
    private const double ForeignDistance = 4;

    /// <summary>Finds the pairs, the odd row first.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="rows">Rows to compare, ascending.</param>
    /// <param name="seed">Seed of the decoys.</param>
    /// <param name="cancellation">Stops the search.</param>
    public static IReadOnlyList<(int Odd, int Origin)> Find(IReadOnlyList<TableColumn> columns, int[] rows, int seed, CancellationToken cancellation)
    {
        var numeric = columns.Where(RowPoints.IsNumeric).ToArray();
        NumberGrid[] grids = [.. numeric.Select(column => NumberGrid.Of(column, rows))];
        var strays = rows.Select(row => grids.Where((grid, j) => grid.IsOff(numeric[j].Number(row))).Count()).ToArray();
        int[] odd = [.. rows.Where((_, i) => strays[i] > 0)], regular = [.. rows.Where((_, i) => strays[i] == 0)];
        if (odd.Length == 0 || regular.Length < 3 || odd.Length > LargestShareOffGrid * rows.Length)
            return [];

        double[] units = [.. numeric.Zip(grids, (column, grid) => Unit(column, grid, rows))];
        int[][] codes = [.. columns.Where(c => !RowPoints.IsNumeric(c)).Select(ComparedValues.Folded), .. numeric.Where(c => c.MissingCount > 0).Select(RowPoints.Missingness)];
        var points = Points(regular, (_, column) => 0);
        var nearest = NearestNeighbours.Between(Points(odd, (_, _) => 0), points, 1, cancellation: cancellation);

        var random = RandomStream.For(seed, "decoys");
        var order = random.Permutation(odd.Length);
        int[] models = [.. Enumerable.Range(0, Math.Clamp(DecoysARow * odd.Length, FewestDecoys, MostDecoys)).Select(i => odd[order[i % order.Length]])];
        int[] places = [.. models.Select(_ => random.Next(regular.Length))];
        int[] decoys = [.. places.Select(place => regular[place])];
        var near = NearestNeighbours.Between(Points(decoys, (i, j) => grids[j].Stray(numeric[j].Number(models[i]))), points, 2, cancellation: cancellation);
        double[] chance = [.. Enumerable.Range(0, decoys.Length).Select(i => near.SquaredDistances(i)[near.Of(i)[0] == places[i] ? 1 : 0]).Order()];

        double[] observed = [.. Enumerable.Range(0, odd.Length).Select(i => nearest.SquaredDistances(i)[0])];
        var cut = Cut([.. observed.Order()], chance);
        int[] straysOfOdd = [.. strays.Where(count => count > 0)];
        var (many, close) = (Math.Max(FewestForeign, (grids.Count(grid => grid.Step > 0) + 1) / 2), ForeignDistance * numeric.Length);
        return [.. Enumerable.Range(0, odd.Length).Where(i => observed[i] <= cut || (straysOfOdd[i] >= many && observed[i] <= close)).Select(i => (odd[i], regular[nearest.Of(i)[0]]))];

        PointSet Points(int[] chosen, Func<int, int, double> stray)
        {
            var values = new double[checked(chosen.Length * numeric.Length)];
            for (var i = 0; i < chosen.Length; i++)
                for (var j = 0; j < numeric.Length; j++)
                    if (numeric[j].Number(chosen[i]) is var number && double.IsFinite(number))
                        values[(i * numeric.Length) + j] = (number + stray(i, j)) / units[j];
            var cells = new int[checked(chosen.Length * codes.Length)];
            for (var i = 0; i < chosen.Length; i++)
                for (var c = 0; c < codes.Length; c++)
                    cells[(i * codes.Length) + c] = codes[c][chosen[i]];
            return new PointSet(values, chosen.Length, numeric.Length, cells, codes.Length, Math.Max(Mismatch, 2 * ForeignDistance * numeric.Length));
        }
    }

    /// <summary>The largest distance at which rows count as copies; negative when none does. Both lists ascend.</summary>
    internal static double Cut(double[] observed, double[] chance)
    {
        var noCopies = Math.Min(1, Enumerable.Range(7, 3).Average(tenth =>
        {
            var far = chance[tenth * chance.Length / 10];
            return (observed.Count(distance => distance > far) + 1) / (observed.Length * (1 - (tenth / 10.0)));
        }));
        var (cut, best) = (-1.0, 0.0);
        for (var (i, below) = (0, 0); i < observed.Length; i++)
        {
            while (below < chance.Length && chance[below] <= observed[i])
                below++;
            var coincidences = noCopies * observed.Length * below / chance.Length;
            if (coincidences <= AllowedCoincidences * (i + 1) && i + 1 - (2 * coincidences) >= best)
                (cut, best) = (observed[i], i + 1 - (2 * coincidences));
        }
        return cut;
    }

    private static double Unit(TableColumn column, NumberGrid grid, int[] rows)
    {
        double[] numbers = [.. rows.Select(column.Number).Where(double.IsFinite)];
        if (numbers.Length == 0)
            return 1;
        var mean = numbers.Average();
        var unit = Math.Max(grid.Step, SmallChange * Math.Sqrt(numbers.Average(x => (x - mean) * (x - mean))));
        return unit > 0 ? unit : 1;
    }
}
