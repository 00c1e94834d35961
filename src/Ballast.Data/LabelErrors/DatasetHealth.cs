using Ballast.Core;

namespace Ballast.Data.LabelErrors;

/// <summary>How good one class's labels are, by the calibrated joint; estimates.</summary>
/// <param name="Class">The class.</param>
/// <param name="LabelIssues">Rows given this label whose true class is another.</param>
/// <param name="InverseLabelIssues">Rows truly of this class that were given another label.</param>
/// <param name="LabelNoise"><paramref name="LabelIssues"/> over the rows given this label; 0 without rows.</param>
/// <param name="InverseLabelNoise"><paramref name="InverseLabelIssues"/> over the rows truly of this class; 0 without rows.</param>
public sealed record ClassHealth(int Class, int LabelIssues, int InverseLabelIssues, double LabelNoise, double InverseLabelNoise)
{
    /// <summary>1 - <see cref="LabelNoise"/>.</summary>
    public double LabelQuality => 1 - LabelNoise;
}

/// <summary>Two classes that are taken for each other.</summary>
/// <param name="First">The lower class.</param>
/// <param name="Second">The higher class.</param>
/// <param name="Rows">Estimated rows given one label and truly of the other, in either direction.</param>
/// <param name="JointProbability">Their share of all rows.</param>
public sealed record OverlappingClasses(int First, int Second, int Rows, double JointProbability);

/// <summary>A dataset's labels at a glance: which classes are noisy, which are confused, how much is wrong (step 9).</summary>
/// <param name="Rows">Rows n behind the figures.</param>
/// <param name="Classes">Every class, lowest label quality first, ties by class.</param>
/// <param name="Overlaps">Every pair of classes, most overlapping first, ties by (first, second).</param>
/// <param name="EstimatedIssues">Estimated wrong labels by <see cref="IssueCountMethod.OffDiagonal"/>.</param>
public sealed record DatasetHealth(
    int Rows, IReadOnlyList<ClassHealth> Classes, IReadOnlyList<OverlappingClasses> Overlaps, int EstimatedIssues)
{
    /// <summary>1 - estimated issues / n.</summary>
    public double Overall => 1 - EstimatedIssues / (double)Rows;

    /// <summary>Summarises labels by their out-of-sample predictions.</summary>
    /// <param name="labels">n given labels in 0..K-1.</param>
    /// <param name="predictions">n x K out-of-sample probabilities.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">Lengths differ, a label lies outside 0..K-1, or fewer than 2 distinct labels.</exception>
    public static DatasetHealth Summarise(ReadOnlyMemory<int> labels, Predictions predictions, CancellationToken cancellation = default)
    {
        var column = LabelColumn.Check(labels, predictions);
        var thresholds = ConfidentLearning.Thresholds(column, predictions, cancellation);
        var counter = JointCounter.Count(column, predictions, thresholds, JointCounts.Confident, withMargins: false, cancellation);
        ConfidentLearning.RaiseDiagonal(counter.Counts);
        var calibrated = ConfidentLearning.Calibrate(counter.Counts, column.Counts);
        return From(calibrated, column.Counts, ConfidentLearning.CountOffDiagonal(counter.Findings));
    }

    /// <summary>Summarises a result of <see cref="LabelIssueFinder"/> without another look at the predictions.</summary>
    public static DatasetHealth Of(LabelIssues issues)
    {
        ArgumentNullException.ThrowIfNull(issues);
        return From(issues.CalibratedJoint, issues.ClassCounts, issues.EstimatedIssues);
    }

    private static DatasetHealth From(int[,] calibrated, int[] counts, int estimated)
    {
        var rows = counts.Sum();
        var classes = counts.Length;
        // Calibration can miss n by a few rows where a class has no counts at all, so shares are of the joint's own sum.
        var total = Math.Max(calibrated.Cast<int>().Sum(), ConfidentLearning.Tiny);
        var health = new ClassHealth[classes];
        for (var k = 0; k < classes; k++)
        {
            int given = 0, truth = 0;
            for (var j = 0; j < classes; j++)
            {
                given += calibrated[k, j];
                truth += calibrated[j, k];
            }
            var issues = rows * ((given - calibrated[k, k]) / total);
            var inverse = rows * ((truth - calibrated[k, k]) / total);
            health[k] = new ClassHealth(
                k, (int)Math.Round(issues), (int)Math.Round(inverse),
                issues / Math.Max(counts[k], ConfidentLearning.Tiny), inverse / Math.Max(rows * (truth / total), ConfidentLearning.Tiny));
        }

        var pairs = new List<(int First, int Second, int Count)>(classes * (classes - 1) / 2);
        for (var a = 0; a < classes; a++)
            for (var b = a + 1; b < classes; b++)
                pairs.Add((a, b, calibrated[a, b] + calibrated[b, a]));
        return new DatasetHealth(
            rows,
            [.. health.OrderBy(c => c.LabelQuality).ThenBy(c => c.Class)],
            [.. pairs.OrderByDescending(p => p.Count).Select(p =>
                new OverlappingClasses(p.First, p.Second, (int)Math.Round(rows * (p.Count / total)), p.Count / total))],
            estimated);
    }
}
