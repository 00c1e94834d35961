using Ballast.Core;
using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Metrics;

/// <summary>Differences (second minus first) of two models' decisions on the same rows, by a paired bootstrap stratified by label.</summary>
public static class DecisionComparison
{
    /// <summary>Two classes: the difference of every metric.</summary>
    /// <param name="labels">n labels, 1 for positive.</param>
    /// <param name="first">n decisions of the first model.</param>
    /// <param name="second">n decisions of the second model.</param>
    /// <param name="bootstrap">Draws, level, seed; null for 1000, 95%, 0.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, labels or decisions are not 0/1.</exception>
    public static IReadOnlyDictionary<BinaryMetric, Estimate> Binary(
        ReadOnlySpan<int> labels, ReadOnlySpan<int> first, ReadOnlySpan<int> second, BootstrapOptions? bootstrap = null, CancellationToken cancellation = default)
    {
        var (before, after) = (BinaryCounts.FromDecisions(labels, first), BinaryCounts.FromDecisions(labels, second));
        var draws = Differences(labels, first, second, 2, BinaryMetricNames.All.Count, bootstrap, "paired binary metrics",
            (matrix, metric) => BinaryMetrics.Value((BinaryMetric)metric, new BinaryCounts(matrix[1, 1], matrix[0, 1], matrix[1, 0], matrix[0, 0]), out _), cancellation);
        var count = labels.Length;
        return BinaryMetricNames.All.ToDictionary(metric => metric, metric => new Estimate(
            Difference(BinaryMetrics.Value(metric, before, out _), BinaryMetrics.Value(metric, after, out _)), draws[(int)metric], count));
    }

    /// <summary>Several classes: the difference of every metric.</summary>
    /// <param name="labels">n classes.</param>
    /// <param name="first">n decisions of the first model.</param>
    /// <param name="second">n decisions of the second model.</param>
    /// <param name="classes">K.</param>
    /// <param name="bootstrap">Draws, level, seed; null for 1000, 95%, 0.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, or a class lies outside 0..K-1.</exception>
    public static IReadOnlyDictionary<MulticlassMetric, Estimate> Multiclass(
        ReadOnlySpan<int> labels, ReadOnlySpan<int> first, ReadOnlySpan<int> second, int classes, BootstrapOptions? bootstrap = null, CancellationToken cancellation = default)
    {
        var (before, after) = (ConfusionMatrix.From(labels, first, classes), ConfusionMatrix.From(labels, second, classes));
        var draws = Differences(labels, first, second, classes, MulticlassMetricNames.All.Count, bootstrap, "paired multi-class metrics",
            (matrix, metric) => matrix.Value((MulticlassMetric)metric, out _), cancellation);
        var count = labels.Length;
        return MulticlassMetricNames.All.ToDictionary(metric => metric, metric => new Estimate(
            after.Value(metric, out _) - before.Value(metric, out _), draws[(int)metric], count));
    }

    /// <summary>The difference of mean losses (or of any row values), second minus first.</summary>
    /// <param name="strata">Rows of one stratum 0..S-1 are resampled among themselves; usually the labels.</param>
    /// <param name="first">n losses of the first model.</param>
    /// <param name="second">n losses of the second model.</param>
    /// <param name="bootstrap">Draws, level, seed; null for 1000, 95%, 0.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, or a stratum is negative.</exception>
    public static Estimate MeanLoss(
        ReadOnlySpan<int> strata, ReadOnlySpan<double> first, ReadOnlySpan<double> second, BootstrapOptions? bootstrap = null, CancellationToken cancellation = default)
    {
        Guard.SameLength(strata.Length, first.Length, nameof(strata), nameof(first));
        Guard.SameLength(strata.Length, second.Length, nameof(strata), nameof(second));
        if (strata.IsEmpty)
            throw new ArgumentException("There are no rows to compare.", nameof(strata));
        var differences = new double[first.Length];
        var largest = 0;
        for (var i = 0; i < differences.Length; i++)
        {
            differences[i] = second[i] - first[i];
            largest = Math.Max(largest, strata[i]);
        }
        return MeanBootstrap.Run(differences, columns: 1, strata, largest + 1, bootstrap ?? BootstrapOptions.Default, cancellation)[0];
    }

    private static BootstrapDraws Differences(
        ReadOnlySpan<int> labels, ReadOnlySpan<int> first, ReadOnlySpan<int> second, int classes, int metrics, BootstrapOptions? bootstrap, string what,
        Func<ConfusionMatrix, int, double> value, CancellationToken cancellation)
    {
        var cells = new DecisionCells(labels, first, second, classes);
        return Bootstrap.Run(metrics, bootstrap ?? BootstrapOptions.Default, what, cells.NewWorkspace, (random, workspace, values) =>
        {
            var (before, after) = cells.Draw(random, workspace);
            for (var metric = 0; metric < metrics; metric++)
                values[metric] = Difference(value(before, metric), value(after, metric));
        }, cancellation);
    }

    // Two infinite likelihood ratios do not differ.
    private static double Difference(double before, double after) => before == after ? 0 : after - before;
}
