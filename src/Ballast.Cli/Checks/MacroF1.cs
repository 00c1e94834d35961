using Ballast.Core;
using Ballast.Numerics.Intervals;

namespace Ballast.Cli.Checks;

/// <summary>Macro F1, the measure by which a check compares decisions: rare classes count as much as large ones, and false alarms count too.</summary>
internal static class MacroF1
{
    /// <summary>Mean F1 over the classes that have rows.</summary>
    public static double Of(ReadOnlySpan<int> labels, ReadOnlySpan<int> decided, int classes)
    {
        var counts = new Counts(classes);
        for (var i = 0; i < labels.Length; i++)
            counts.Add(labels[i], decided[i]);
        return counts.Value();
    }

    /// <summary>After minus before on the same rows, with a paired bootstrap interval (rows resampled within their class).</summary>
    public static Estimate Difference(int[] labels, int[] before, int[] after, int classes, int seed, CancellationToken cancellation) =>
        Bootstrap.Paired(labels, rows => Of(rows, labels, before, classes), rows => Of(rows, labels, after, classes),
            new BootstrapOptions { Draws = labels.Length > 20_000 ? 300 : 1000, Seed = seed }, cancellation);

    /// <summary>The same over <paramref name="rows"/>, repeats allowed.</summary>
    public static double Of(ReadOnlySpan<int> rows, int[] labels, int[] decided, int classes)
    {
        var counts = new Counts(classes);
        foreach (var row in rows)
            counts.Add(labels[row], decided[row]);
        return counts.Value();
    }

    private readonly struct Counts(int classes)
    {
        private readonly int[] rows = new int[classes], chosen = new int[classes], right = new int[classes];

        public void Add(int label, int decision)
        {
            rows[label]++;
            chosen[decision]++;
            if (label == decision)
                right[label]++;
        }

        public double Value()
        {
            double sum = 0;
            var present = 0;
            for (var k = 0; k < rows.Length; k++)
                if (rows[k] > 0)
                {
                    present++;
                    sum += 2.0 * right[k] / (rows[k] + chosen[k]);
                }
            return present == 0 ? 0 : sum / present;
        }
    }
}
