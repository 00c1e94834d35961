using Ballast.Core;
using Ballast.Data.Reading;

namespace Ballast.Evaluation.Leakage;

/// <summary>How well one column alone gives the target, on rows that were not used to learn it: 0 is no better than the base rate, 1 is perfect.</summary>
/// <remarks>
/// The column is cut into bins (its own values when few, else equal-count bins; missing is a bin of its own), each bin predicts what the
/// other folds' rows in it show, shrunk towards the base rate by one pseudo-row. For classes the skill is the share of log loss
/// removed, 1 - LL / LL(base rate); for real targets it is R2. No model is trained: O(n log n) a column.
/// </remarks>
public static class SingleFeatureSkill
{
    /// <summary>Most bins a column is cut into.</summary>
    public const int MaxBins = 256;

    private const int FewestRowsOfBin = 20;

    /// <summary>The skill of a column for classes.</summary>
    /// <param name="column">n values.</param>
    /// <param name="rows">Rows of the column to use.</param>
    /// <param name="labels">Class index of each of <paramref name="rows"/>.</param>
    /// <param name="classes">Number of classes K.</param>
    /// <param name="foldOfRow">Fold of each of <paramref name="rows"/>, 0..folds-1.</param>
    /// <param name="folds">Number of folds, at least 2.</param>
    public static FeatureSkill ForClasses(
        TableColumn column, ReadOnlySpan<int> rows, ReadOnlySpan<int> labels, int classes, ReadOnlySpan<int> foldOfRow, int folds)
    {
        ArgumentNullException.ThrowIfNull(column);
        Guard.SameLength(rows.Length, labels.Length, nameof(rows), nameof(labels));
        Guard.SameLength(rows.Length, foldOfRow.Length, nameof(rows), nameof(foldOfRow));
        var (bins, binOfRow) = Bin(column, rows);

        // Counts over all rows and, fold by fold, those to take away: what is left is the other folds' evidence.
        var all = new int[bins * classes];
        var own = new int[folds * bins * classes];
        for (var i = 0; i < rows.Length; i++)
        {
            all[binOfRow[i] * classes + labels[i]]++;
            own[(foldOfRow[i] * bins + binOfRow[i]) * classes + labels[i]]++;
        }
        var prior = PriorOutsideFold(labels, classes, foldOfRow, folds);

        double loss = 0, baseLoss = 0;
        var (lossOfClass, baseLossOfClass) = (new double[classes], new double[classes]);
        var right = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            var here = binOfRow[i] * classes;
            var mine = (foldOfRow[i] * bins + binOfRow[i]) * classes;
            var basis = prior.AsSpan(foldOfRow[i] * classes, classes);
            var total = 1.0;
            for (var k = 0; k < classes; k++)
                total += all[here + k] - own[mine + k];
            var (best, guess) = (double.NegativeInfinity, 0);
            for (var k = 0; k < classes; k++)
            {
                var probability = (all[here + k] - own[mine + k] + basis[k]) / total;
                if (probability > best)
                    (best, guess) = (probability, k);
                lossOfClass[k] -= Math.Log(labels[i] == k ? probability : 1 - Math.Min(probability, 1 - 1e-9));
                baseLossOfClass[k] -= Math.Log(labels[i] == k ? basis[k] : 1 - basis[k]);
                if (labels[i] == k)
                {
                    loss -= Math.Log(probability);
                    baseLoss -= Math.Log(basis[k]);
                }
            }
            if (guess == labels[i])
                right++;
        }
        var ofClass = new double[classes];
        for (var k = 0; k < classes; k++)
            ofClass[k] = baseLossOfClass[k] > 0 ? 1 - lossOfClass[k] / baseLossOfClass[k] : 0;
        return new FeatureSkill(baseLoss > 0 ? 1 - loss / baseLoss : 0, (double)right / Math.Max(1, rows.Length), ofClass);
    }

    /// <summary>The skill (R2) of a column for real targets; parameters as for classes.</summary>
    public static FeatureSkill ForTargets(
        TableColumn column, ReadOnlySpan<int> rows, ReadOnlySpan<double> targets, ReadOnlySpan<int> foldOfRow, int folds)
    {
        ArgumentNullException.ThrowIfNull(column);
        Guard.SameLength(rows.Length, targets.Length, nameof(rows), nameof(targets));
        var (bins, binOfRow) = Bin(column, rows);
        var sum = new double[bins];
        var count = new int[bins];
        var ownSum = new double[folds * bins];
        var ownCount = new int[folds * bins];
        double mean = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            sum[binOfRow[i]] += targets[i];
            count[binOfRow[i]]++;
            ownSum[foldOfRow[i] * bins + binOfRow[i]] += targets[i];
            ownCount[foldOfRow[i] * bins + binOfRow[i]]++;
            mean += targets[i] / rows.Length;
        }
        double residual = 0, total = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            var mine = foldOfRow[i] * bins + binOfRow[i];
            var predicted = (sum[binOfRow[i]] - ownSum[mine] + mean) / (count[binOfRow[i]] - ownCount[mine] + 1);
            residual += (targets[i] - predicted) * (targets[i] - predicted);
            total += (targets[i] - mean) * (targets[i] - mean);
        }
        var skill = total > 0 ? 1 - residual / total : 0;
        return new FeatureSkill(skill, skill, []);
    }

    // [folds x K]: class shares outside each fold. Half a pseudo-row keeps a class that only this fold holds from costing an infinite loss.
    private static double[] PriorOutsideFold(ReadOnlySpan<int> labels, int classes, ReadOnlySpan<int> foldOfRow, int folds)
    {
        var counts = new int[folds * classes];
        for (var i = 0; i < labels.Length; i++)
            counts[foldOfRow[i] * classes + labels[i]]++;
        var prior = new double[folds * classes];
        for (var f = 0; f < folds; f++)
        {
            var outside = 0;
            for (var k = 0; k < classes; k++)
                for (var other = 0; other < folds; other++)
                    if (other != f)
                    {
                        prior[f * classes + k] += counts[other * classes + k];
                        outside += counts[other * classes + k];
                    }
            for (var k = 0; k < classes; k++)
                prior[f * classes + k] = (prior[f * classes + k] + 0.5) / (outside + 0.5 * classes);
        }
        return prior;
    }

    private static (int Bins, int[] BinOfRow) Bin(TableColumn column, ReadOnlySpan<int> rows)
    {
        var numeric = column.Kind is ColumnKind.Numeric or ColumnKind.Date or ColumnKind.Boolean;
        // A bin needs rows to learn from: values met once teach nothing about each other.
        var binOfCode = numeric && column.DistinctCount > Math.Min(MaxBins, rows.Length / FewestRowsOfBin) ? EqualCountBins(column, rows) : Identity(column.DistinctCount);
        var bins = binOfCode.Length == 0 ? 0 : binOfCode.Max() + 1;
        var binOfRow = new int[rows.Length];
        for (var i = 0; i < rows.Length; i++)
            binOfRow[i] = column.IsMissing(rows[i]) ? bins : binOfCode[column.Codes[rows[i]]];
        return (bins + 1, binOfRow);
    }

    private static int[] Identity(int count) => [.. Enumerable.Range(0, count)];

    // Equal values share a bin; a value that alone fills a bin keeps it to itself.
    private static int[] EqualCountBins(TableColumn column, ReadOnlySpan<int> rows)
    {
        var rowsOfCode = new int[column.DistinctCount];
        foreach (var row in rows)
            if (!column.IsMissing(row))
                rowsOfCode[column.Codes[row]]++;
        var order = Identity(column.DistinctCount);
        var numbers = column.Numbers.ToArray();
        Array.Sort(order, (a, b) => numbers[a].CompareTo(numbers[b]));
        var perBin = Math.Max(FewestRowsOfBin, rows.Length / MaxBins);
        var binOfCode = new int[column.DistinctCount];
        var (bin, filled) = (0, 0);
        foreach (var code in order)
        {
            if (filled > 0 && filled + rowsOfCode[code] > perBin)
                (bin, filled) = (bin + 1, 0);
            binOfCode[code] = bin;
            filled += rowsOfCode[code];
        }
        return binOfCode;
    }
}
