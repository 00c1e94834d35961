using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Numerics.Neighbors;

namespace Ballast.Data.Duplicates;

/// <summary>How far from others a row stands, in levels of equally many rows: 0 the loneliest.</summary>
/// <remarks>
/// By the distance to the fifth neighbour, so that a copy or two do not make company. A pair is as lonely as the lonelier of its rows: a copy whose changed cell does not suit the others stands lonelier
/// than its original. How copies spread over the levels is seen on decoys, rows of the table with one cell taken from another; how nature's pairs do, on rows with their nearest neighbours.
/// </remarks>
internal sealed class Loneliness
{
    public const int Levels = 6;
    private const int Neighbor = 5;
    private const int MostDecoys = 6_000;
    private const int MostDecoyCells = 10_000_000;

    private readonly int[] levels;
    private readonly int[] nearest;

    private Loneliness(int[] levels, int[] nearest, IReadOnlyList<Decoy> decoys) => (this.levels, this.nearest, Decoys) = (levels, nearest, decoys);

    /// <summary>Rows with one cell changed.</summary>
    public IReadOnlyList<Decoy> Decoys { get; }

    /// <summary>Level of a pair.</summary>
    public int Of(int placeA, int placeB) => Math.Min(levels[placeA], levels[placeB]);

    /// <summary>Level of a row with its nearest.</summary>
    public int WithNearest(int place) => Of(place, nearest[place]);

    /// <summary>Measures rows and decoys.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="codes">A code a row for each column.</param>
    /// <param name="rows">Rows, no two of them equal in every column.</param>
    /// <param name="seed">Seed of the decoys.</param>
    /// <param name="cancellation">Stops the search.</param>
    public static Loneliness Measure(IReadOnlyList<TableColumn> columns, int[][] codes, int[] rows, int seed, CancellationToken cancellation)
    {
        var points = RowPoints.Of(columns, rows);
        var neighbours = NearestNeighbours.Within(points, Neighbor, cancellation: cancellation);
        double[] radii = [.. Enumerable.Range(0, rows.Length).Select(i => neighbours.SquaredDistances(i)[^1])];
        double[] sorted = [.. radii.Order()];
        double[] edges = [.. Enumerable.Range(1, Levels - 1).Select(level => sorted[(int)((long)level * sorted.Length / Levels)])];
        int[] levels = [.. radii.Select(Level)];

        var drawn = Draw(codes, rows, RandomStream.For(seed, "one-cell decoys"));
        var around = NearestNeighbours.Between(Changed(points, columns, drawn), points, Neighbor, cancellation: cancellation);
        Decoy[] decoys = [.. drawn.Select((d, i) => new Decoy(d.Place, d.Donor, d.Column, Math.Min(levels[d.Place], Level(around.SquaredDistances(i)[^1]))))];
        return new Loneliness(levels, [.. Enumerable.Range(0, rows.Length).Select(i => neighbours.Of(i)[0])], decoys);

        int Level(double radius) => Levels - 1 - edges.Count(edge => edge <= radius);
    }

    private static List<(int Place, int Donor, int Column)> Draw(int[][] codes, int[] rows, RandomStream random)
    {
        var decoys = new List<(int, int, int)>();
        var wanted = Math.Clamp(Math.Min(4 * rows.Length, MostDecoyCells / codes.Length), 1, MostDecoys);
        for (var draw = 0; draw < 4 * MostDecoys && decoys.Count < wanted; draw++)
        {
            var (place, donor, column) = (random.Next(rows.Length), random.Next(rows.Length), random.Next(codes.Length));
            if (codes[column][rows[place]] != codes[column][rows[donor]])
                decoys.Add((place, donor, column));
        }
        return decoys;
    }

    // The points of the places, each with what belongs to one column taken from its donor.
    private static PointSet Changed(PointSet points, IReadOnlyList<TableColumn> columns, List<(int Place, int Donor, int Column)> decoys)
    {
        int[] numeric = [.. Enumerable.Range(0, columns.Count).Where(c => RowPoints.IsNumeric(columns[c]))];
        int[] coded = [.. Enumerable.Range(0, columns.Count).Except(numeric), .. numeric.Where(c => columns[c].MissingCount > 0)];
        var values = new double[decoys.Count * points.Width];
        var codes = new int[decoys.Count * points.CodeWidth];
        for (var d = 0; d < decoys.Count; d++)
        {
            var (place, donor, column) = decoys[d];
            for (var j = 0; j < points.Width; j++)
                values[(d * points.Width) + j] = points.Point(numeric[j] == column ? donor : place)[j];
            for (var j = 0; j < points.CodeWidth; j++)
                codes[(d * points.CodeWidth) + j] = points.Codes(coded[j] == column ? donor : place)[j];
        }
        return new PointSet(values, decoys.Count, points.Width, codes, points.CodeWidth, points.Mismatch);
    }

    /// <summary>A row whose cell in a column was taken from a donor, and how lonely it and the row stand.</summary>
    public readonly record struct Decoy(int Place, int Donor, int Column, int Level);
}
