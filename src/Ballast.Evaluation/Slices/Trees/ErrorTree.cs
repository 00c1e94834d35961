using System.Globalization;
using Ballast.Core;
using Ballast.Numerics.Intervals;
using Ballast.Numerics.Significance;

namespace Ballast.Evaluation.Slices.Trees;

/// <summary>A regression tree that predicts where a model errs (CART, variance reduction), and the leaves that err most.</summary>
/// <remarks>
/// Source: Breiman, Friedman, Olshen and Stone (1984); as a view of errors: Microsoft's Error Analysis. Numbers split at midpoints, categories one against the rest, missing
/// values against the rest; where a number is missing, its row goes to the upper side, and the condition says so. Ties: first column, smallest cut. O(depth d n log n).
/// </remarks>
/// <param name="maximumDepth">Splits on the way to a leaf, 1 to 16.</param>
/// <param name="minimumLeaf">Rows of a leaf; null for max(32, n/100 rounded up).</param>
public sealed class ErrorTree(int maximumDepth = 4, int? minimumLeaf = null)
{
    private readonly int maximumDepth = Guard.InRange(maximumDepth, 1, 16);
    private readonly int? minimumLeaf = minimumLeaf is { } least ? Guard.Positive(least, nameof(minimumLeaf)) : null;

    /// <summary>Grows the tree on 0/1 errors.</summary>
    /// <param name="data">A table of n rows.</param>
    /// <param name="errors">Whether each row is wrong.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <returns>All leaves, the smallest p-value first.</returns>
    /// <exception cref="ArgumentException">Lengths differ, or the dataset has no named columns.</exception>
    public IReadOnlyList<ErrorLeaf> Fit(Dataset data, ReadOnlySpan<bool> errors, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        Guard.SameLength(data.Count, errors.Length, nameof(data), nameof(errors));
        var losses = new double[errors.Length];
        for (var i = 0; i < losses.Length; i++)
            losses[i] = errors[i] ? 1 : 0;
        if (losses.Length == 0)
            return [];
        var rate = losses.Average();
        var grown = Grow(data, losses, [.. Enumerable.Range(0, data.Count)], cancellation);
        int[] wrong = [.. grown.Select(leaf => leaf.Rows.Count(row => losses[row] > 0))];
        double[] pValues = [.. grown.Select((leaf, k) => OneSidedTest.Binomial(wrong[k], leaf.Rows.Length, rate))];
        var adjusted = OneSidedTest.Holm(pValues);
        return [.. grown.Select((leaf, k) => new ErrorLeaf(leaf.Conditions, leaf.Rows, BinomialInterval.WilsonEstimate(wrong[k], leaf.Rows.Length), pValues[k], adjusted[k]))
            .OrderBy(leaf => leaf.PValue).ThenByDescending(leaf => leaf.Error.Value)];
    }

    internal sealed record Leaf(IReadOnlyList<SliceCondition> Conditions, int[] Rows);

    /// <summary>The leaves grown on some rows, for any loss, from left to right.</summary>
    internal List<Leaf> Grow(Dataset data, double[] losses, int[] rows, CancellationToken cancellation)
    {
        if (data.Width > 0 && data.Columns.Count == 0)
            throw new ArgumentException("Error trees split tables; this dataset has no named columns.", nameof(data));
        var leaves = new List<Leaf>();
        var least = minimumLeaf ?? Math.Max(32, (rows.Length + 99) / 100);
        Split([], rows, 0);
        return leaves;

        void Split(IReadOnlyList<SliceCondition> conditions, int[] own, int depth)
        {
            cancellation.ThrowIfCancellationRequested();
            if (depth == maximumDepth || Best(data, losses, own, least) is not { } condition)
            {
                leaves.Add(new Leaf(ConditionPath.Merge(conditions), own));
                return;
            }
            Split([.. conditions, condition], [.. own.Where(row => condition.Matches(data.Row(row)[condition.Feature]))], depth + 1);
            // A number that is never missing needs no "or missing" on its upper side.
            SliceCondition opposite = condition is RangeCondition range && !HasMissing(data, range.Feature) ? range with { Low = range.High, High = double.PositiveInfinity } : new NotCondition(condition);
            Split([.. conditions, opposite], [.. own.Where(row => !condition.Matches(data.Row(row)[condition.Feature]))], depth + 1);
        }
    }

    private static bool HasMissing(Dataset data, int feature)
    {
        for (var i = 0; i < data.Count; i++)
            if (float.IsNaN(data.Row(i)[feature]))
                return true;
        return false;
    }

    private static SliceCondition? Best(Dataset data, double[] losses, int[] rows, int least)
    {
        if (rows.Length < 2 * least)
            return null;
        var sum = 0.0;
        foreach (var row in rows)
            sum += losses[row];
        var found = new (double Gain, SliceCondition? Condition)[data.Width];
        Parallel.For(0, data.Width, j => found[j] = data.Columns[j].Kind == FeatureKind.Numeric ? BestCut(data, losses, rows, j, least, sum) : BestCategory(data, losses, rows, j, least, sum));
        var best = found.Where(split => split.Condition is not null).DefaultIfEmpty().MaxBy(split => split.Gain);
        return best.Gain > 1e-12 * Math.Max(1, Math.Abs(sum)) ? best.Condition : null;
    }

    // Fall of the sum of squares when a side of `count` rows with `side` parts from all.
    private static double Gain(int count, double side, int all, double sum) =>
        side * side / count + (sum - side) * (sum - side) / (all - count) - sum * sum / all;

    private static (double, SliceCondition?) BestCut(Dataset data, double[] losses, int[] rows, int j, int least, double sum)
    {
        var values = Array.ConvertAll(rows, row => data.Row(row)[j]);
        var ordered = Array.ConvertAll(rows, row => losses[row]);
        Array.Sort(values, ordered); // NaN first
        var missing = Array.FindIndex(values, value => !float.IsNaN(value)) is var first && first < 0 ? values.Length : first;
        (double Gain, SliceCondition? Condition) best = (0, null);
        var missingSum = 0.0;
        for (var i = 0; i < missing; i++)
            missingSum += ordered[i];
        if (missing >= least && rows.Length - missing >= least)
            best = (Gain(missing, missingSum, rows.Length, sum), new MissingCondition(j, data.Columns[j].Name));
        var below = 0.0;
        for (var i = missing + 1; i < values.Length; i++)
        {
            below += ordered[i - 1];
            var count = i - missing;
            if (values[i] == values[i - 1] || count < least || rows.Length - count < least)
                continue;
            var gain = Gain(count, below, rows.Length, sum);
            var cut = Midpoint(values[i - 1], values[i]);
            if (gain > best.Gain && double.IsFinite(cut))
                best = (gain, new RangeCondition(j, data.Columns[j].Name, double.NegativeInfinity, cut));
        }
        return best;
    }

    // Halfway between the numbers as people write them (6.67 is no float), where that lies between the floats too.
    private static double Midpoint(float below, float above)
    {
        var cut = (Written(below) + Written(above)) / 2;
        return cut > below && cut <= above ? cut : ((double)below + above) / 2;

        static double Written(float value) => double.Parse(value.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    private static (double, SliceCondition?) BestCategory(Dataset data, double[] losses, int[] rows, int j, int least, double sum)
    {
        var column = data.Columns[j];
        var counts = new int[column.Categories.Count + 1];
        var sums = new double[counts.Length];
        foreach (var row in rows)
        {
            var value = data.Row(row)[j];
            var code = float.IsNaN(value) ? column.Categories.Count : (int)value;
            counts[code]++;
            sums[code] += losses[row];
        }
        (double Gain, SliceCondition? Condition) best = (0, null);
        for (var code = 0; code < counts.Length; code++)
            if (counts[code] >= least && rows.Length - counts[code] >= least && Gain(counts[code], sums[code], rows.Length, sum) is var gain && gain > best.Gain)
                best = (gain, code == column.Categories.Count ? new MissingCondition(j, column.Name) : new CategoryCondition(j, column.Name, code, column.Categories[code]));
        return best;
    }
}
