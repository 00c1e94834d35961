namespace Ballast.Tests.Check.Planted;

/// <summary>How well named rows agree with the duplicates of a table, where naming either row of a pair is as good as the other.</summary>
/// <param name="Recall">Share of the planted pairs with a row named.</param>
/// <param name="Precision">Share right among named rows: of a planted pair, or equal to another row in all clean features. Rows that differ from another in one cell by nature count neither way.</param>
/// <param name="StrictPrecision">The same with those counted as wrong.</param>
/// <param name="RecallByKind">Recall of each kind planted.</param>
public sealed record DuplicateScore(double Recall, double Precision, double StrictPrecision, IReadOnlyDictionary<CopyKind, double> RecallByKind)
{
    public static DuplicateScore Of(IEnumerable<int> named, PlantedTruth truth)
    {
        var rows = named.ToHashSet();
        var duplicates = truth.Copies.SelectMany(pair => new[] { pair.Copy, pair.Original }).Concat(truth.EqualRows.SelectMany(group => group)).ToHashSet();
        var right = rows.Count(duplicates.Contains);
        var undecided = rows.Intersect(truth.OneCellApart).Count(row => !duplicates.Contains(row));
        return new DuplicateScore(
            Recall(truth.Copies),
            Share(right, rows.Count - undecided),
            Share(right, rows.Count),
            truth.Copies.GroupBy(pair => pair.Kind).ToDictionary(group => group.Key, Recall));

        double Recall(IEnumerable<CopyPair> pairs) =>
            Share(pairs.Count(pair => rows.Contains(pair.Copy) || rows.Contains(pair.Original)), pairs.Count());
    }

    private static double Share(int part, int whole) => whole == 0 ? double.NaN : part / (double)whole;
}
