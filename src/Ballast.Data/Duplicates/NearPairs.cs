using Ballast.Data.Reading;
using Ballast.Numerics.Neighbors;

namespace Ballast.Data.Duplicates;

/// <summary>Pairs of rows that are far nearer to each other than this table's rows are by chance.</summary>
/// <remarks>
/// For each row rho_1 = d1 / d6 and rho_2 = d2 / d6, distances to its nearest, second and sixth neighbours. Where points are a sample of a density of m dimensions, the five
/// nearer ones are uniform in volume: P(rho_1 below r) is about 5 r^m and P(rho_2 below s) about 10 s^2m, so P(rho_1 below r) = P(rho_2 below sqrt r) / 2 whatever m, also
/// where it differs from place to place. Second neighbours are left alone by copies; so they tell how many rows chance puts below r. The cut is where rows below it less twice
/// those expected by chance are most, and at most a fifth of them are expected. Both rows of a pair must lie below it.
/// </remarks>
internal static class NearPairs
{
    private const int Neighbors = 6;
    private const double AllowedCoincidences = 0.2;
    private const double LargestRatio = 0.5;

    public static IReadOnlyList<(int A, int B)> Find(IReadOnlyList<TableColumn> columns, int[] rows, CancellationToken cancellation)
    {
        if (rows.Length < 5 * Neighbors || !columns.Any(RowPoints.IsNumeric))
            return [];
        var nearest = NearestNeighbours.Within(RowPoints.Of(columns, rows), Neighbors, cancellation: cancellation);

        var nearRatio = new double[rows.Length];
        var nextRatio = new double[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            var squared = nearest.SquaredDistances(i);
            var sixth = squared[Neighbors - 1];
            nearRatio[i] = sixth > 0 ? Math.Sqrt(squared[0] / sixth) : 1;
            nextRatio[i] = sixth > 0 ? Math.Sqrt(squared[1] / sixth) : 1;
        }
        var cut = Cut(nearRatio, nextRatio);

        var pairs = new List<(int, int)>();
        for (var i = 0; i < rows.Length; i++)
        {
            var j = nearest.Of(i)[0];
            if (nearRatio[i] <= cut && nearRatio[j] <= cut)
                pairs.Add((rows[i], rows[j]));
        }
        return pairs;
    }

    /// <summary>The largest ratio that still counts as near; negative when none does.</summary>
    internal static double Cut(double[] nearRatio, double[] nextRatio)
    {
        var near = nearRatio.Order().ToArray();
        var cut = -1.0;
        for (var round = 0; round < 2; round++)
        {
            var known = cut;
            var next = nextRatio.Where((_, i) => nearRatio[i] > known).Order().ToArray();
            (cut, var best) = (-1, 0.0);
            for (var (i, below) = (0, 0); i < near.Length && near[i] <= LargestRatio; i++)
            {
                while (below < next.Length && next[below] <= Math.Sqrt(near[i]))
                    below++;
                var coincidences = (below + 1) / 2.0;
                if (coincidences <= AllowedCoincidences * (i + 1) && i + 1 - (2 * coincidences) >= best)
                    (cut, best) = (near[i], i + 1 - (2 * coincidences));
            }
        }
        return cut;
    }
}
