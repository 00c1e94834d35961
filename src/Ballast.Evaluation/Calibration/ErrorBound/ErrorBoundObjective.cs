using Ballast.Core;

namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>The objective of h-calibration: over every window of events of nearly equal probability, predicted mass and outcomes may differ by at most epsilon.</summary>
/// <remarks>
/// Source: Huang et al., "h-calibration: rethinking classifier recalibration with probabilistic error-bounded objective", IEEE TPAMI 2025. Events are the n K pairs of a row and a class, in the order of
/// their probability p; with e = 1 where the row is of the class, d = p (1 - e) - (1 - p) e = p - e, T_j = |sum of d over the window of M + 1 events around j| / (M + 1), zeros outside, and
/// v_j = max(0, T_j - epsilon), averaged as <see cref="EventAggregation"/> says; leaving out each class in turn, the rows of the other classes are used with all their columns. The gradient goes through d
/// alone. Events are sorted once: rows that leave keep the others' order. Prefix sums make a window cost the same at any length: O(n K log) for all, O(K n K) for each class in turn. Not thread-safe.
/// </remarks>
public sealed class ErrorBoundObjective
{
    private const double CountOffset = 1e-5;

    /// <summary>The sums of classes are gathered in this many groups, whatever the number of threads, so that the result is the same.</summary>
    private const int MostGroups = 4;

    private readonly int[] labels;
    private readonly int classes;
    private readonly ErrorBoundOptions options;
    private readonly double[]? centroids;
    private readonly EventOrder order;
    private readonly int[] leftOut;
    private readonly Workspace[] workspaces;
    private readonly double[] sorted;
    private readonly int[] rowLabels;
    private readonly double[] ones;

    /// <summary>Prepares for rows with these labels.</summary>
    /// <param name="labels">n classes 0..K-1.</param>
    /// <param name="classes">Number of classes K.</param>
    /// <param name="options">Window, epsilon, aggregation; null for the authors' choice.</param>
    /// <param name="centroids">Centroids of the clusters, ascending; null to cluster the probabilities anew at each evaluation.</param>
    /// <exception cref="ArgumentException">There are no rows, or a label lies outside 0..K-1.</exception>
    public ErrorBoundObjective(ReadOnlySpan<int> labels, int classes, ErrorBoundOptions? options = null, IReadOnlyList<double>? centroids = null)
    {
        LabelledRows.Check(labels, labels.Length, classes);
        (this.labels, this.classes, this.options) = (labels.ToArray(), classes, options ?? new ErrorBoundOptions());
        this.centroids = centroids is null ? null : FiniteNumbers.Rising(centroids, centroids.Count, nameof(centroids));
        var counts = LabelledRows.Counts(labels, classes);
        // A class without rows leaves nothing out, and without the only class there is nothing.
        var rows = labels.Length;
        leftOut = this.options.LeftOut == ClassesLeftOut.None ? [-1] : [.. Enumerable.Range(0, classes).Where(k => counts[k] > 0 && counts[k] < rows)];
        if (leftOut.Length == 0)
            leftOut = [-1];
        var events = checked(labels.Length * classes);
        order = new EventOrder(events);
        (sorted, rowLabels, ones) = (new double[events], new int[events], new double[events]);
        workspaces = [.. Enumerable.Range(0, Math.Min(MostGroups, leftOut.Length)).Select(_ => new Workspace(events))];
    }

    /// <summary>Half the window that is used for a number of events: M falls to the largest even number that is at most a quarter of them.</summary>
    internal static int HalfWindow(int window, int events) => Math.Min(window, events / 4) / 2;

    /// <summary>The objective; <paramref name="gradient"/> receives its slopes in the probabilities as free variables.</summary>
    /// <param name="probabilities">n x K, row-major.</param>
    /// <param name="gradient">n x K.</param>
    /// <exception cref="ArgumentException">A length is not n K.</exception>
    public double Evaluate(ReadOnlySpan<double> probabilities, Span<double> gradient)
    {
        Guard.SameLength(sorted.Length, probabilities.Length, "the labels times the classes", nameof(probabilities));
        Guard.SameLength(sorted.Length, gradient.Length, "the labels times the classes", nameof(gradient));
        var positions = order.Sort(probabilities);
        for (var j = 0; j < positions.Length; j++)
        {
            var row = positions[j] / classes;
            sorted[j] = probabilities[positions[j]];
            rowLabels[j] = labels[row];
            ones[j] = positions[j] - row * classes == labels[row] ? 1 : 0;
        }
        if (workspaces.Length == 1)
            EvaluateGroup(0);
        else
            Parallel.For(0, workspaces.Length, EvaluateGroup);

        var value = 0.0;
        foreach (var workspace in workspaces)
            value += workspace.Value;
        for (var j = 0; j < positions.Length; j++)
        {
            var slope = 0.0;
            foreach (var workspace in workspaces)
                slope += workspace.Slopes[j];
            gradient[positions[j]] = slope / leftOut.Length;
        }
        return value / leftOut.Length;
    }

    private void EvaluateGroup(int group)
    {
        var workspace = workspaces[group];
        workspace.Value = 0;
        Array.Clear(workspace.Slopes);
        for (var c = group; c < leftOut.Length; c += workspaces.Length)
            workspace.Value += EvaluateWithout(leftOut[c], workspace);
    }

    // Steps 2 to 5 on the rows that are not of the class; -1 for all rows.
    private double EvaluateWithout(int leftOutClass, Workspace workspace)
    {
        var (sums, slopeSums, kept, used) = (workspace.Sums, workspace.SlopeSums, workspace.Kept, workspace.Used);
        var events = 0;
        var sum = 0.0;
        for (var j = 0; j < sorted.Length; j++)
        {
            if (rowLabels[j] == leftOutClass)
                continue;
            used[events] = sorted[j];
            kept[events++] = j;
            sums[events] = sum += sorted[j] - ones[j];
        }
        var half = HalfWindow(options.Window, events);
        var length = 2 * half + 1;
        var ends = options.Aggregation == EventAggregation.Unweighted ? [events] : ClusterEnds(used.AsSpan(0, events), slopeSums);

        // The windows: each v_j counts with its cluster's weight; its slope in every d of its window is weight * sign / length.
        var (value, slopeSum) = (0.0, 0.0);
        slopeSums[0] = 0;
        for (var (cluster, j) = (0, 0); cluster < ends.Length; cluster++)
        {
            var first = cluster == 0 ? 0 : ends[cluster - 1];
            var weight = options.Aggregation == EventAggregation.Unweighted ? 1.0 / events : 1 / (ends.Length * (ends[cluster] - first + CountOffset));
            var (errors, step) = (0.0, weight / length);
            for (; j < ends[cluster]; j++)
            {
                var difference = sums[Math.Min(events, j + half + 1)] - sums[Math.Max(0, j - half)];
                var error = Math.Abs(difference) / length - options.Epsilon;
                if (error > 0)
                {
                    errors += error;
                    slopeSum += difference > 0 ? step : -step;
                }
                slopeSums[j + 1] = slopeSum;
            }
            value += weight * errors;
        }
        // d_i stands in the windows around its neighbours j within half.
        for (var i = 0; i < events; i++)
            workspace.Slopes[kept[i]] += slopeSums[Math.Min(events, i + half + 1)] - slopeSums[Math.Max(0, i - half)];
        return value;
    }

    private int[] ClusterEnds(ReadOnlySpan<double> probabilities, Span<double> buffer)
    {
        var places = centroids ?? new double[OneDimensionalKMeans.ClusterCount];
        if (centroids is null)
            OneDimensionalKMeans.Find(probabilities, buffer, places);
        var ends = new int[places.Length];
        OneDimensionalKMeans.Ends(probabilities, places, ends);
        return ends;
    }

    private sealed class Workspace(int events)
    {
        public double Value { get; set; }

        public double[] Slopes { get; } = new double[events];

        public double[] Sums { get; } = new double[events + 1];

        public double[] SlopeSums { get; } = new double[events + 1];

        public double[] Used { get; } = new double[events];

        public int[] Kept { get; } = new int[events];
    }
}
