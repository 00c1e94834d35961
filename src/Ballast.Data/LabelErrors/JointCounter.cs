using Ballast.Core;

namespace Ballast.Data.LabelErrors;

/// <summary>What a row was found to be in the counting pass.</summary>
[Flags]
internal enum RowFindings : byte
{
    None = 0,

    /// <summary>Counted off the diagonal of the confident joint.</summary>
    OffDiagonal = 1,

    /// <summary>Another class leads even after the given label is raised by the slack; only such rows stay flagged.</summary>
    Contested = 2,

    /// <summary>Some class is more probable than the given one, if only by a hair.</summary>
    Beaten = 4,
}

/// <summary>The counting pass over all rows: confident joint, argmax confusion, predicted classes and margins at once.</summary>
internal sealed class JointCounter
{
    private readonly int classes;

    private JointCounter(int rows, int classes, bool withMargins)
    {
        this.classes = classes;
        Counts = new int[classes, classes];
        Findings = new RowFindings[rows];
        Predicted = GC.AllocateUninitializedArray<int>(rows);
        Margins = withMargins ? GC.AllocateUninitializedArray<double>(rows) : null;
    }

    /// <summary>Counts [given, true guess]; the diagonal not yet raised.</summary>
    public int[,] Counts { get; }

    /// <summary>One a row.</summary>
    public RowFindings[] Findings { get; }

    /// <summary>The most probable class of every row, the first on ties.</summary>
    public int[] Predicted { get; }

    /// <summary>Normalised margins, where asked for.</summary>
    public double[]? Margins { get; }

    /// <summary>Passes over the rows once, in parallel; integer counts make the order of work immaterial.</summary>
    /// <param name="labels">Checked labels.</param>
    /// <param name="predictions">Their predictions.</param>
    /// <param name="thresholds">Confident thresholds t.</param>
    /// <param name="counting">Which guess is counted.</param>
    /// <param name="withMargins">Whether <see cref="Margins"/> is filled.</param>
    /// <param name="cancellation">Stops between chunks.</param>
    public static JointCounter Count(
        LabelColumn labels, Predictions predictions, ReadOnlySpan<double> thresholds, JointCounts counting, bool withMargins, CancellationToken cancellation)
    {
        var confidentFrom = new double[thresholds.Length];
        for (var k = 0; k < confidentFrom.Length; k++)
            confidentFrom[k] = thresholds[k] - ConfidentLearning.Slack;
        var counter = new JointCounter(predictions.Count, predictions.Classes, withMargins);
        var chunks = RowChunks.For(predictions.Count, predictions.Classes);
        Parallel.For(
            0, chunks.Count, new ParallelOptions { CancellationToken = cancellation },
            () => new int[counter.classes * counter.classes],
            (chunk, _, counts) =>
            {
                var (start, end) = chunks[chunk];
                counter.Chunk(labels.Labels.Span, predictions, confidentFrom, counting, start, end, counts);
                return counts;
            },
            counter.Add);
        return counter;
    }

    private void Chunk(ReadOnlySpan<int> labels, Predictions predictions, double[] confidentFrom, JointCounts counting, int start, int end, int[] counts)
    {
        var values = predictions.Values;
        for (var i = start; i < end; i++)
        {
            var label = labels[i];
            var row = values.Slice(i * classes, classes);
            var summary = RowScan.Summarise(row, label, confidentFrom);
            var argMax = summary.ArgMax(row, label);
            var guess = summary.Guess(argMax);
            var counted = counting == JointCounts.Confident ? guess : argMax;
            if (counted >= 0)
                counts[label * classes + counted]++;

            var findings = guess >= 0 && guess != label ? RowFindings.OffDiagonal : RowFindings.None;
            if (summary.Other > summary.Self)
                findings |= RowFindings.Beaten;
            if (summary.StaysContested(row, label, ConfidentLearning.Slack))
                findings |= RowFindings.Contested;
            Findings[i] = findings;
            Predicted[i] = argMax;
            if (Margins is not null)
                Margins[i] = (summary.Self - summary.Other + 1) / 2;
        }
    }

    private void Add(int[] counts)
    {
        lock (Counts)
        {
            for (var given = 0; given < classes; given++)
                for (var guess = 0; guess < classes; guess++)
                    Counts[given, guess] += counts[given * classes + guess];
        }
    }
}
