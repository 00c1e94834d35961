using Ballast.Core;

namespace Ballast.Evaluation.Calibration.Measures;

/// <summary>Tests whether probabilities could be right: whether labels drawn by them give statistics as large as the labels observed (consistency resampling).</summary>
/// <remarks>
/// Sources: Bröcker and Smith, "Increasing the reliability of reliability diagrams", 2007; Vaicenavicius et al., AISTATS 2019; kernel statistic by Widmann et al., NeurIPS 2019. If every label is drawn by its own
/// row of probabilities, observed and drawn statistics are exchangeable, so that p = (1 + draws at least as large) / (1 + draws) has its level for any number of rows, without asymptotics. Three statistics: the
/// top label's and the class-wise error, which point at what is wrong, and the kernel error, which sees everything. Together: the least of their ranks, compared with the same of every draw, which is exact again.
/// Spiegelhalter's z, asymptotically normal, is given beside it.
/// </remarks>
public static class CalibrationTest
{
    private const int StatisticCount = 3;
    private const int Pairs = 100_000;

    /// <summary>Runs the test.</summary>
    /// <param name="predictions">n x K probabilities.</param>
    /// <param name="labels">n classes 0..K-1.</param>
    /// <param name="draws">Sets of labels drawn, at least 19.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, or a label lies outside 0..K-1.</exception>
    public static CalibrationTestResult Run(Predictions predictions, ReadOnlySpan<int> labels, int draws = 999, int seed = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        LabelledRows.Check(labels, predictions.Count, predictions.Classes);
        Guard.InRange(draws, 19, 10_000_000);
        var observed = labels.ToArray();
        var pairs = CalibrationPairs.Draw(predictions, observed, Pairs, seed);
        // Row 0 holds what was observed, the others what was drawn.
        var statistics = new double[StatisticCount][];
        for (var s = 0; s < StatisticCount; s++)
            statistics[s] = new double[draws + 1];
        Parallel.For(0, draws + 1, new ParallelOptions { CancellationToken = cancellation }, () => (Labels: new int[observed.Length], Buffer: pairs.NewBuffer()), (d, _, own) =>
        {
            var drawn = d == 0 ? observed : own.Labels;
            if (d > 0)
                DrawnLabels.Fill(predictions, RandomStream.For(seed, "calibration test", d), drawn);
            statistics[0][d] = CalibrationError.TopLabel(predictions, drawn);
            statistics[1][d] = CalibrationError.Classwise(predictions, drawn);
            statistics[2][d] = observed.Length > 1 ? pairs.MeanFor(drawn, own.Buffer) : 0;
            return own;
        }, _ => { });

        var ranks = Array.ConvertAll(statistics, Tails);
        var least = new double[draws + 1];
        for (var d = 0; d <= draws; d++)
            least[d] = -ranks.Min(rank => rank[d]);
        var (z, spiegelhalter) = SpiegelhalterTest.Run(predictions, observed);
        return new CalibrationTestResult(Tails(least)[0], ranks[0][0], ranks[1][0], ranks[2][0], z, spiegelhalter, draws);
    }

    /// <summary>The top label's error alone: its p-value, and the errors that chance makes, ascending.</summary>
    /// <inheritdoc cref="Run"/>
    public static (double PValue, double[] ByChance) OfTopLabel(Predictions predictions, ReadOnlySpan<int> labels, int draws = 999, int seed = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var observed = CalibrationError.TopLabel(predictions, labels);
        var errors = new double[Guard.Positive(draws)];
        var rows = labels.Length;
        Parallel.For(0, draws, new ParallelOptions { CancellationToken = cancellation }, () => new int[rows], (d, _, drawn) =>
        {
            DrawnLabels.Fill(predictions, RandomStream.For(seed, "calibration test", d + 1), drawn);
            errors[d] = CalibrationError.TopLabel(predictions, drawn);
            return drawn;
        }, _ => { });
        Array.Sort(errors);
        return ((1.0 + errors.Count(error => error >= observed)) / (1 + draws), errors);
    }

    // For each value the share of all values that are at least as large.
    private static double[] Tails(double[] values)
    {
        var sorted = (double[])values.Clone();
        Array.Sort(sorted);
        return Array.ConvertAll(values, value => (double)(values.Length - FirstAtLeast(sorted, value)) / values.Length);
    }

    private static int FirstAtLeast(double[] sorted, double value)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] < value)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
