using Ballast.Core;
using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Metrics;

/// <summary>Every metric of multi-class decisions with its interval: Wilson for proportions, else a bootstrap stratified by label.</summary>
public sealed class MulticlassReport
{
    private readonly Interval[] intervals;
    private readonly double level;

    private MulticlassReport(MulticlassMetrics metrics, Interval[] intervals, double level) =>
        (Metrics, this.intervals, this.level) = (metrics, intervals, level);

    /// <summary>The metrics.</summary>
    public MulticlassMetrics Metrics { get; }

    /// <summary>A metric with its interval.</summary>
    public Estimate this[MulticlassMetric metric] => new(Metrics[metric], intervals[(int)metric], Metrics.Count);

    /// <summary>Recall of class k with Wilson's interval and the rows labelled k.</summary>
    public Estimate Recall(int k) => BinomialInterval.WilsonEstimate(Metrics.Confusion(k, k), Metrics.Support(k), level);

    /// <summary>Precision of class k with Wilson's interval and the rows decided k.</summary>
    public Estimate Precision(int k) => BinomialInterval.WilsonEstimate(Metrics.Confusion(k, k), Metrics.Decided(k), level);

    /// <summary>F1 of class k with its bootstrap interval and the rows labelled or decided k.</summary>
    public Estimate F1(int k) => new(
        Metrics.F1(k), intervals[MulticlassMetricNames.All.Count + k], Metrics.Support(k) + Metrics.Decided(k) - Metrics.Confusion(k, k));

    /// <summary>Counts, measures and resamples.</summary>
    /// <param name="labels">n classes.</param>
    /// <param name="decisions">n decided classes.</param>
    /// <param name="classes">K.</param>
    /// <param name="bootstrap">Draws, level, seed; null for 1000, 95%, 0.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, or a class lies outside 0..K-1.</exception>
    public static MulticlassReport From(
        ReadOnlySpan<int> labels, ReadOnlySpan<int> decisions, int classes, BootstrapOptions? bootstrap = null, CancellationToken cancellation = default)
    {
        var options = bootstrap ?? BootstrapOptions.Default;
        var metrics = MulticlassMetrics.From(labels, decisions, classes);
        var cells = new DecisionCells(labels, decisions, decisions, classes);
        var scalars = MulticlassMetricNames.All.Count;
        var draws = Bootstrap.Run(scalars + classes, options, "multi-class metrics", cells.NewWorkspace, (random, workspace, values) =>
        {
            var (matrix, _) = cells.Draw(random, workspace);
            foreach (var metric in MulticlassMetricNames.All)
                values[(int)metric] = matrix.Value(metric, out var _);
            for (var k = 0; k < classes; k++)
                values[scalars + k] = matrix.F1(k);
        }, cancellation);
        var intervals = Enumerable.Range(0, scalars + classes).Select(s => draws[s]).ToArray();
        var right = 0;
        for (var k = 0; k < classes; k++)
            right += metrics.Confusion(k, k);
        intervals[(int)MulticlassMetric.Accuracy] = BinomialInterval.Wilson(right, metrics.Count, options.Level);
        return new MulticlassReport(metrics, intervals, options.Level);
    }
}
