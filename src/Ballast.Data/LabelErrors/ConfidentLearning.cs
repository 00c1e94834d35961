using Ballast.Core;

namespace Ballast.Data.LabelErrors;

/// <summary>Confident learning: the joint of given and true labels, estimated from out-of-sample predictions.</summary>
/// <remarks>
/// Source: Northcutt, Jiang and Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", JAIR 70 (2021), section 3.1.
/// Predictions must be out of sample (cross-validated): a model that has seen a label mostly repeats it, and nearly nothing is found.
/// Matrices of counts are [given, true]. Classes without rows are allowed. Time O(nK); the same result on any number of threads.
/// </remarks>
public static class ConfidentLearning
{
    /// <summary>Slack of the comparisons with a threshold: constant probabilities equal their own mean only nearly.</summary>
    internal const double Slack = 1e-6;

    /// <summary>Least denominator, which makes 0/0 = 0.</summary>
    internal const double Tiny = 1e-100;

    private const double AbsentThreshold = 2;

    /// <summary>Mean probability of each class over the rows labelled so (eq. 2); 2 for a class without rows; at least 2e-6.</summary>
    /// <param name="labels">n given labels in 0..K-1.</param>
    /// <param name="predictions">n x K out-of-sample probabilities.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">Lengths differ, a label lies outside 0..K-1, or fewer than 2 distinct labels.</exception>
    public static double[] Thresholds(ReadOnlyMemory<int> labels, Predictions predictions, CancellationToken cancellation = default) =>
        Thresholds(LabelColumn.Check(labels, predictions), predictions, cancellation);

    /// <summary>The confident joint (eq. 1): counts of (given, confidently guessed) class; the diagonal is at least 1.</summary>
    /// <param name="labels">n given labels in 0..K-1.</param>
    /// <param name="predictions">n x K out-of-sample probabilities.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">As for <see cref="Thresholds(ReadOnlyMemory{int}, Predictions, CancellationToken)"/>.</exception>
    public static ConfidentJoint ConfidentJoint(ReadOnlyMemory<int> labels, Predictions predictions, CancellationToken cancellation = default)
    {
        var column = LabelColumn.Check(labels, predictions);
        var thresholds = Thresholds(column, predictions, cancellation);
        var counter = JointCounter.Count(column, predictions, thresholds, JointCounts.Confident, withMargins: false, cancellation);
        RaiseDiagonal(counter.Counts);
        return new ConfidentJoint(counter.Counts, RowsWith(counter.Findings, RowFindings.OffDiagonal));
    }

    /// <summary>Scales each row of counts to its class's number of rows and the whole to n, rounded with row sums kept (eq. 3, numerator).</summary>
    /// <param name="joint">Counts [given, true], K x K.</param>
    /// <param name="givenCounts">Rows of each given class, K values.</param>
    /// <exception cref="ArgumentException">Shapes differ or a count is negative.</exception>
    public static int[,] Calibrate(int[,] joint, ReadOnlySpan<int> givenCounts)
    {
        var classes = RequireSquare(joint, givenCounts.Length);
        var rows = 0L;
        foreach (var count in givenCounts)
            rows += count;
        var scaled = new double[classes * classes];     // [true, given], the reference's layout in memory and so its order of summing
        for (var given = 0; given < classes; given++)
        {
            var rowSum = 0L;
            for (var guess = 0; guess < classes; guess++)
                rowSum += Guard.NotNegative(joint[given, guess], nameof(joint));
            for (var guess = 0; guess < classes; guess++)
                scaled[guess * classes + given] = joint[given, guess] / Math.Max(rowSum, Tiny) * givenCounts[given];
        }
        var total = Math.Max(RoundedSums.PairwiseSum(scaled), Tiny);

        var calibrated = new int[classes, classes];
        var row = new double[classes];
        for (var given = 0; given < classes; given++)
        {
            for (var guess = 0; guess < classes; guess++)
                row[guess] = scaled[guess * classes + given] / total * rows;
            var rounded = RoundedSums.Round(row);
            for (var guess = 0; guess < classes; guess++)
                calibrated[given, guess] = rounded[guess];
        }
        return calibrated;
    }

    /// <summary>The joint distribution of (given, true) labels (eq. 3): calibrated counts over their sum.</summary>
    /// <param name="calibrated">Counts [given, true] from <see cref="Calibrate"/>.</param>
    public static double[,] Joint(int[,] calibrated)
    {
        var classes = RequireSquare(calibrated, calibrated?.GetLength(0) ?? 0);
        var total = 0.0;
        foreach (var count in calibrated!)
            total += count;
        var joint = new double[classes, classes];
        for (var given = 0; given < classes; given++)
            for (var truth = 0; truth < classes; truth++)
                joint[given, truth] = calibrated[given, truth] / Math.Max(total, Tiny);
        return joint;
    }

    /// <summary>Noise matrices and shares of the true classes, from counts [given, true].</summary>
    /// <param name="joint">Counts, calibrated as a rule.</param>
    /// <param name="givenCounts">Rows of each given class.</param>
    /// <param name="method">How the prior is estimated.</param>
    /// <param name="converge">Whether the three estimates are iterated until they agree better (3 x 5 rounds of Bayes' rule).</param>
    /// <exception cref="ArgumentException">Shapes differ, or <see cref="PriorMethod.Equation"/> and the noise matrix is singular, as it is with a class without rows.</exception>
    public static LatentEstimate EstimateLatent(
        int[,] joint, ReadOnlySpan<int> givenCounts, PriorMethod method = PriorMethod.Count, bool converge = false)
    {
        RequireSquare(joint, givenCounts.Length);
        return LatentEstimator.Estimate(joint, givenCounts, method, converge);
    }

    /// <summary>The estimated number of wrong labels.</summary>
    /// <param name="labels">n given labels in 0..K-1.</param>
    /// <param name="predictions">n x K out-of-sample probabilities.</param>
    /// <param name="method">How it is estimated; with fewer than 4 classes <see cref="IssueCountMethod.OffDiagonalCalibrated"/> is the better choice.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">As for <see cref="Thresholds(ReadOnlyMemory{int}, Predictions, CancellationToken)"/>.</exception>
    public static int NumberOfIssues(
        ReadOnlyMemory<int> labels, Predictions predictions, IssueCountMethod method = IssueCountMethod.OffDiagonal, CancellationToken cancellation = default)
    {
        var column = LabelColumn.Check(labels, predictions);
        var thresholds = Thresholds(column, predictions, cancellation);
        var counter = JointCounter.Count(column, predictions, thresholds, JointCounts.Confident, withMargins: false, cancellation);
        RaiseDiagonal(counter.Counts);
        return method == IssueCountMethod.OffDiagonal
            ? CountOffDiagonal(counter.Findings)
            : CountOffDiagonal(Calibrate(counter.Counts, column.Counts), predictions.Count);
    }

    internal static double[] Thresholds(LabelColumn labels, Predictions predictions, CancellationToken cancellation)
    {
        var classes = predictions.Classes;
        var chunks = RowChunks.For(predictions.Count, classes);
        var partial = new double[chunks.Count][];
        Parallel.For(0, chunks.Count, new ParallelOptions { CancellationToken = cancellation }, chunk =>
        {
            var (start, end) = chunks[chunk];
            var given = labels.Labels.Span;
            var values = predictions.Values;
            var sums = new double[classes];
            for (var i = start; i < end; i++)
                sums[given[i]] += values[i * classes + given[i]];
            partial[chunk] = sums;
        });
        var thresholds = new double[classes];
        for (var k = 0; k < classes; k++)
            thresholds[k] = Math.Max(labels.Counts[k] == 0 ? AbsentThreshold : partial.Sum(p => p[k]) / labels.Counts[k], 2 * Slack);
        return thresholds;
    }

    internal static void RaiseDiagonal(int[,] joint)
    {
        for (var k = 0; k < joint.GetLength(0); k++)
            joint[k, k] = Math.Max(joint[k, k], 1);
    }

    internal static int CountOffDiagonal(ReadOnlySpan<RowFindings> findings)
    {
        const RowFindings both = RowFindings.OffDiagonal | RowFindings.Contested;
        var count = 0;
        foreach (var finding in findings)
            count += (finding & both) == both ? 1 : 0;
        return count;
    }

    internal static int CountOffDiagonal(int[,] calibrated, int rows)
    {
        var joint = Joint(calibrated);
        var trace = 0.0;
        for (var k = 0; k < joint.GetLength(0); k++)
            trace += joint[k, k];
        return (int)Math.Round(rows * (1 - trace));
    }

    internal static int RequireSquare(int[,] joint, int classes)
    {
        ArgumentNullException.ThrowIfNull(joint);
        if (joint.GetLength(0) != classes || joint.GetLength(1) != classes)
            throw new ArgumentException($"Joint counts are {joint.GetLength(0)} x {joint.GetLength(1)}, but there are {classes} classes.", nameof(joint));
        return classes;
    }

    private static int[] RowsWith(RowFindings[] findings, RowFindings wanted)
    {
        var rows = new List<int>();
        for (var i = 0; i < findings.Length; i++)
            if (findings[i].HasFlag(wanted))
                rows.Add(i);
        return [.. rows];
    }
}
