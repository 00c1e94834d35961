using Ballast.Core;
using Ballast.Data.Splitting;
using Ballast.Numerics.Sampling;

namespace Ballast.Learning.Tabular;

/// <summary>Assigns rows to the folds of a cross-validation.</summary>
public static class Folds
{
    /// <summary>A fold for each row such that every class is spread as evenly as can be.</summary>
    /// <remarks>
    /// Folds differ by at most one row in each class and by at most one in all. A class of fewer rows than folds has its rows in
    /// different folds, so that every training part has some of it; a class of one row cannot.
    /// </remarks>
    /// <param name="labels">n class indices in 0..<paramref name="classes"/>-1.</param>
    /// <param name="classes">Number of classes K.</param>
    /// <param name="folds">Number of folds, 2 to n.</param>
    /// <param name="seed">Decides which rows meet in a fold.</param>
    /// <returns>n fold indices in 0..<paramref name="folds"/>-1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than two folds, or more folds than rows.</exception>
    public static int[] Stratified(ReadOnlySpan<int> labels, int classes, int folds, long seed = 0) => StratifiedFolds.Assign(labels, classes, folds, seed);

    /// <summary>As <see cref="Stratified"/>, with all rows of a group in one fold.</summary>
    /// <remarks>
    /// Greedy: groups from large to small, each to the fold where its classes are rarest so far, measured by
    /// sum over classes c of F_c G_c / N_c^2 (F_c rows of c in the fold, G_c in the group, N_c in all), which is the growth of the squared imbalance; ties go
    /// to the smaller fold. Rows without a group (-1) stand alone.
    /// </remarks>
    /// <param name="labels">n class indices.</param>
    /// <param name="classes">Number of classes K.</param>
    /// <param name="groups">n group indices, -1 where a row stands alone.</param>
    /// <param name="folds">Number of folds, 2 to the number of groups.</param>
    /// <param name="seed">Decides ties.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than two folds, or more folds than groups.</exception>
    public static int[] StratifiedByGroup(ReadOnlySpan<int> labels, int classes, ReadOnlySpan<int> groups, int folds, long seed = 0)
    {
        Guard.SameLength(labels.Length, groups.Length, nameof(labels), nameof(groups));
        var members = RowGroups.LargestFirst(groups, RandomStream.For(seed, "group folds"));
        Guard.InRange(folds, 2, members.Count);
        var scale = new double[classes];
        foreach (var label in labels)
            scale[label]++;
        for (var c = 0; c < classes; c++)
            scale[c] = 1 / Math.Max(1, scale[c] * scale[c]);

        var (foldOfRow, inFold, sizes) = (new int[labels.Length], new int[folds, classes], new int[folds]);
        foreach (var group in members)
        {
            var best = (Growth: double.PositiveInfinity, Size: int.MaxValue, Fold: 0);
            for (var fold = 0; fold < folds; fold++)
            {
                var growth = 0.0;
                foreach (var row in group)
                    growth += inFold[fold, labels[row]] * scale[labels[row]];
                if ((growth, sizes[fold]).CompareTo((best.Growth, best.Size)) < 0)
                    best = (growth, sizes[fold], fold);
            }
            foreach (var row in group)
            {
                foldOfRow[row] = best.Fold;
                inFold[best.Fold, labels[row]]++;
            }
            sizes[best.Fold] += group.Length;
        }
        return foldOfRow;
    }

    /// <summary>A fold for each of <paramref name="count"/> rows, at random, of sizes that differ by at most one (for real targets).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than two folds, or more folds than rows.</exception>
    public static int[] Plain(int count, int folds, long seed = 0) => Stratified(new int[Guard.NotNegative(count)], 1, folds, seed);

    /// <summary>As <see cref="Plain"/>, with all rows of a group in one fold; -1 marks a row that stands alone.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than two folds, or more folds than groups.</exception>
    public static int[] ByGroup(ReadOnlySpan<int> groups, int folds, long seed = 0) =>
        StratifiedByGroup(new int[groups.Length], 1, groups, folds, seed);
}
