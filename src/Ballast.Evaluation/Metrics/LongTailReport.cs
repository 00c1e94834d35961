using Ballast.Core;
using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Metrics;

/// <summary>Decisions on unequal classes: every multi-class metric, and the mean recall of the classes with many, medium and few training rows.</summary>
/// <remarks>A class without test rows is left out of the means and named in <see cref="MulticlassMetrics.AbsentClasses"/>.</remarks>
public sealed class LongTailReport
{
    private static readonly Shot[] Shots = Enum.GetValues<Shot>();

    private readonly Estimate?[] recalls;

    private LongTailReport(MulticlassReport classes, ShotGroups groups, Estimate?[] recalls) => (Classes, Groups, this.recalls) = (classes, groups, recalls);

    /// <summary>All metrics and the recall of each class.</summary>
    public MulticlassReport Classes { get; }

    /// <summary>Which classes had many, medium and few training rows.</summary>
    public ShotGroups Groups { get; }

    /// <summary>Mean recall of a group's classes, with its bootstrap interval and its test rows; null where none of them has a test row.</summary>
    public Estimate? this[Shot shot] => recalls[(int)shot];

    /// <summary>Counts, measures and resamples within each class.</summary>
    /// <param name="labels">n classes.</param>
    /// <param name="decisions">n decided classes.</param>
    /// <param name="groups">The groups of the K classes.</param>
    /// <param name="bootstrap">Draws, level, seed; null for 1000, 95%, 0.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, or a class lies outside 0..K-1.</exception>
    public static LongTailReport From(
        ReadOnlySpan<int> labels, ReadOnlySpan<int> decisions, ShotGroups groups, BootstrapOptions? bootstrap = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(groups);
        var options = bootstrap ?? BootstrapOptions.Default;
        var classes = MulticlassReport.From(labels, decisions, groups.Count, options, cancellation);
        var present = Array.ConvertAll(Shots, shot => groups.Of(shot).Where(k => classes.Metrics.Support(k) > 0).ToArray());
        var cells = new DecisionCells(labels, decisions, decisions, groups.Count);
        var draws = Bootstrap.Run(Shots.Length, options, "long-tail groups", cells.NewWorkspace, (random, workspace, values) =>
        {
            var (matrix, _) = cells.Draw(random, workspace);
            for (var s = 0; s < values.Length; s++)
                values[s] = Mean(present[s], matrix.Recall);
        }, cancellation);
        return new LongTailReport(classes, groups, [.. present.Select((own, s) => own.Length == 0
            ? (Estimate?)null
            : new Estimate(Mean(own, classes.Metrics.Recall), draws[s], own.Sum(classes.Metrics.Support)))]);
    }

    /// <summary>Mean recall of the classes of a group that have test rows; NaN where none has.</summary>
    public static double MeanRecall(MulticlassMetrics metrics, ShotGroups groups, Shot shot)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        ArgumentNullException.ThrowIfNull(groups);
        Guard.SameLength(metrics.Classes, groups.Count, "the metrics' classes", nameof(groups));
        return Mean([.. groups.Of(shot).Where(k => metrics.Support(k) > 0)], metrics.Recall);
    }

    private static double Mean(int[] classes, Func<int, double> recall)
    {
        var sum = 0.0;
        foreach (var k in classes)
            sum += recall(k);
        return sum / classes.Length;
    }
}
