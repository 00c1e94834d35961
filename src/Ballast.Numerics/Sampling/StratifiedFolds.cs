using Ballast.Core;

namespace Ballast.Numerics.Sampling;

/// <summary>Deals rows to the folds of a cross-validation so that every class is spread as evenly as can be.</summary>
public static class StratifiedFolds
{
    /// <summary>A fold for each row; folds differ by at most one row in each class and by at most one in all.</summary>
    /// <param name="labels">n class indices in 0..<paramref name="classes"/>-1.</param>
    /// <param name="classes">Number of classes K.</param>
    /// <param name="folds">Number of folds, 2 to n.</param>
    /// <param name="seed">Decides which rows meet in a fold.</param>
    /// <returns>n fold indices in 0..<paramref name="folds"/>-1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than two folds, or more folds than rows.</exception>
    public static int[] Assign(ReadOnlySpan<int> labels, int classes, int folds, long seed = 0)
    {
        Guard.InRange(folds, 2, labels.Length);
        var rowsOf = new List<int>[Guard.Positive(classes)];
        for (var k = 0; k < classes; k++)
            rowsOf[k] = [];
        for (var i = 0; i < labels.Length; i++)
            rowsOf[labels[i]].Add(i);
        var foldOfRow = new int[labels.Length];
        var next = 0;
        foreach (var members in rowsOf)
        {
            int[] rows = [.. members];
            RandomStream.For(seed, "folds", next).Shuffle(rows.AsSpan());
            foreach (var row in rows)
                foldOfRow[row] = next++ % folds; // going on where the last class ended keeps the folds' sizes even
        }
        return foldOfRow;
    }
}
