using Ballast.Core;

namespace Ballast.Evaluation.Metrics;

/// <summary>All metrics of one multi-class confusion matrix C, rows true, columns decided.</summary>
/// <remarks>0/0 counts as 0; such metrics are named in <see cref="Undefined"/>. Classes without a label are named in <see cref="AbsentClasses"/>.</remarks>
public sealed class MulticlassMetrics
{
    private readonly ConfusionMatrix confusion;
    private readonly double[] values = new double[MulticlassMetricNames.All.Count];

    private MulticlassMetrics(ConfusionMatrix confusion)
    {
        this.confusion = confusion;
        var undefined = new List<string>();
        foreach (var metric in MulticlassMetricNames.All)
        {
            values[(int)metric] = confusion.Value(metric, out var isUndefined);
            if (isUndefined)
                undefined.Add(metric.Key());
        }
        for (var k = 0; k < Classes; k++)
            foreach (var (name, isUndefined) in new[] { ("recall", Support(k) == 0), ("precision", confusion.Decided(k) == 0), ("f1", Support(k) + confusion.Decided(k) == 0) })
                if (isUndefined)
                    undefined.Add($"{name}[{k}]");
        Undefined = undefined;
        AbsentClasses = [.. Enumerable.Range(0, Classes).Where(k => Support(k) == 0)];
    }

    /// <summary>Number of classes K.</summary>
    public int Classes => confusion.Classes;

    /// <summary>Rows n.</summary>
    public int Count => confusion.Count;

    /// <summary>Names of metrics with a division by 0; per-class ones as <c>precision[2]</c>.</summary>
    public IReadOnlyList<string> Undefined { get; }

    /// <summary>Classes without a label.</summary>
    public IReadOnlyList<int> AbsentClasses { get; }

    /// <summary>The value of a metric.</summary>
    public double this[MulticlassMetric metric] => values[(int)metric];

    /// <summary>Rows labelled <paramref name="label"/> and decided <paramref name="decision"/>.</summary>
    public int Confusion(int label, int decision) => confusion[label, decision];

    /// <summary>Rows labelled k.</summary>
    public int Support(int k) => confusion.Labelled(k);

    /// <summary>Rows decided k.</summary>
    public int Decided(int k) => confusion.Decided(k);

    /// <summary>Share of the rows labelled k that were decided k.</summary>
    public double Recall(int k) => confusion.Recall(k);

    /// <summary>Share of the rows decided k that were labelled k.</summary>
    public double Precision(int k) => confusion.Precision(k);

    /// <summary>F1 of class k.</summary>
    public double F1(int k) => confusion.F1(k);

    /// <summary>Geometric mean of the recalls of classes with a label, zero recalls replaced by <paramref name="correction"/> (imbalanced-learn uses 0.001).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The correction lies outside [0, 1].</exception>
    public double GMean(double correction) => confusion.GMean(Guard.InRange(correction, 0, 1));

    /// <summary>Counts and measures.</summary>
    /// <param name="labels">n classes.</param>
    /// <param name="decisions">n decided classes.</param>
    /// <param name="classes">K.</param>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, or a class lies outside 0..K-1.</exception>
    public static MulticlassMetrics From(ReadOnlySpan<int> labels, ReadOnlySpan<int> decisions, int classes) =>
        new(ConfusionMatrix.From(labels, decisions, classes));
}
