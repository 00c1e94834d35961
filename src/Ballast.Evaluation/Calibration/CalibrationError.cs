using Ballast.Core;
using Ballast.Evaluation.Calibration.Measures;
using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Calibration;

/// <summary>Expected calibration error: how far stated confidence is from the share that comes true.</summary>
/// <remarks>
/// Bins of equal width (low, high], the first holding 0 too (Guo et al., ICML 2017). The figure is biased upwards where bins hold few rows,
/// and is always too good on the rows that a recalibrator was fitted on.
/// </remarks>
public static class CalibrationError
{
    /// <summary>The usual number of bins.</summary>
    public const int DefaultBins = 15;

    /// <summary>Expected calibration error of the most probable class.</summary>
    /// <param name="predictions">n x K probabilities.</param>
    /// <param name="labels">n classes 0..K-1.</param>
    /// <param name="bins">Bins of equal width.</param>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, or a label lies outside 0..K-1.</exception>
    public static double TopLabel(Predictions predictions, ReadOnlySpan<int> labels, int bins = DefaultBins) =>
        BinnedResiduals.OfTopLabel(predictions, labels, bins);

    /// <summary><see cref="TopLabel"/> with a bootstrap interval over rows.</summary>
    /// <remarks>
    /// The error is biased upwards, in the rows as in every resample of them; the interval is of the error itself (<see cref="ErrorInversion"/>) and may lie below a
    /// figure that is mostly chance. Rows lie sorted by bin, so that a draw is one pass over multiplicities and residuals.
    /// </remarks>
    /// <param name="predictions">n x K probabilities.</param>
    /// <param name="labels">n classes 0..K-1.</param>
    /// <param name="bootstrap">Draws, level, seed; null for 1000, 95%, 0.</param>
    /// <param name="bins">Bins of equal width.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <inheritdoc cref="TopLabel" path="/exception"/>
    public static Estimate TopLabelEstimate(
        Predictions predictions, ReadOnlySpan<int> labels, BootstrapOptions? bootstrap = null, int bins = DefaultBins, CancellationToken cancellation = default)
    {
        var totals = TopLabelTotals(predictions, labels, bins);
        var residuals = new double[labels.Length];
        var ends = new int[bins];
        for (var b = 1; b < bins; b++)
            ends[b] = ends[b - 1] + totals.Counts[b - 1];
        for (var i = 0; i < residuals.Length; i++)
        {
            var top = predictions.ArgMax(i);
            var confidence = predictions[i, top];
            residuals[ends[totals.BinOf(confidence)]++] = (top == labels[i] ? 1 : 0) - confidence;
        }
        var options = bootstrap ?? BootstrapOptions.Default;
        var resampler = new RowResampler(residuals.Length);
        // The last statistic of a draw is its share of a random number of rows, see ErrorInversion.
        var draws = Bootstrap.Run(bins + 1, options, "calibration error", () => new byte[residuals.Length], (random, multiplicities, deviations) =>
        {
            resampler.Draw(random, multiplicities);
            for (var b = 0; b < bins; b++)
            {
                var start = b == 0 ? 0 : ends[b - 1];
                deviations[b] = MultiplicitySum.Of(multiplicities.AsSpan(start..ends[b]), residuals.AsSpan(start..ends[b])) / residuals.Length;
            }
            deviations[bins] = random.NextGaussian() / Math.Sqrt(residuals.Length);
        }, cancellation);
        double[] observed = [.. Enumerable.Range(0, bins).Select(b => (totals.Hits[b] - totals.Confidences[b]) / residuals.Length)];
        return new Estimate(totals.Error(), ErrorInversion.Of(observed, draws, 0, draws.InOrder(bins), BinNorm.Magnitudes, options.Level), residuals.Length);
    }

    /// <summary>The reliability curve of the most probable class; its <see cref="ReliabilityCurve.Error"/> is <see cref="TopLabel"/>.</summary>
    /// <inheritdoc cref="TopLabel" path="/exception"/>
    public static ReliabilityCurve TopLabelCurve(Predictions predictions, ReadOnlySpan<int> labels, int bins = DefaultBins, double level = 0.95) =>
        ReliabilityCurve.From(TopLabelTotals(predictions, labels, bins), level);

    /// <summary>Calibration error of one class's own probability, one against the rest.</summary>
    /// <inheritdoc cref="TopLabel" path="/exception"/>
    public static double OfClass(Predictions predictions, ReadOnlySpan<int> labels, int classIndex, int bins = DefaultBins) =>
        ClassTotals(predictions, labels, bins, classIndex).Error();

    /// <summary>The reliability curve of one class's own probability, one against the rest.</summary>
    /// <inheritdoc cref="TopLabel" path="/exception"/>
    public static ReliabilityCurve ClassCurve(Predictions predictions, ReadOnlySpan<int> labels, int classIndex, int bins = DefaultBins, double level = 0.95) =>
        ReliabilityCurve.From(ClassTotals(predictions, labels, bins, classIndex), level);

    /// <summary>Class-wise calibration error: the mean of <see cref="OfClass"/> over the K classes.</summary>
    /// <inheritdoc cref="TopLabel" path="/exception"/>
    public static double Classwise(Predictions predictions, ReadOnlySpan<int> labels, int bins = DefaultBins) => BinnedResiduals.OfClasses(predictions, labels, bins);

    private static BinTotals TopLabelTotals(Predictions predictions, ReadOnlySpan<int> labels, int bins)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var classes = predictions.Classes;
        return Totals(predictions, labels, bins, 1, (values, y, totals) =>
        {
            var only = totals[0];
            for (var i = 0; i < y.Length; i++)
            {
                var row = values.Slice(i * classes, classes);
                var top = row[0];
                for (var k = 1; k < row.Length; k++)
                    top = double.MaxNative(top, row[k]);
                // The first of several equal maxima is the predicted class.
                only.Add(top, row[y[i]] == top && !row[..y[i]].Contains(top));
            }
        })[0];
    }

    private static BinTotals ClassTotals(Predictions predictions, ReadOnlySpan<int> labels, int bins, int classIndex)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        Guard.InRange(classIndex, 0, predictions.Classes - 1);
        var classes = predictions.Classes;
        return Totals(predictions, labels, bins, 1, (values, y, totals) =>
        {
            for (var i = 0; i < y.Length; i++)
                totals[0].Add(values[i * classes + classIndex], y[i] == classIndex);
        })[0];
    }

    private delegate void Accumulate(ReadOnlySpan<double> values, ReadOnlySpan<int> labels, BinTotals[] totals);

    private static BinTotals[] Totals(Predictions predictions, ReadOnlySpan<int> labels, int bins, int curves, Accumulate accumulate)
    {
        Guard.Positive(bins);
        var classes = predictions.Classes;
        LabelledRows.Check(labels, predictions.Count, classes);
        var y = labels.ToArray();
        var parts = RowChunks.Map(y.Length, (start, end) =>
        {
            var totals = Enumerable.Range(0, curves).Select(_ => new BinTotals(bins)).ToArray();
            accumulate(predictions.Values[(start * classes)..(end * classes)], y.AsSpan(start..end), totals);
            return totals;
        });
        foreach (var part in parts.Skip(1))
            for (var c = 0; c < curves; c++)
                parts[0][c].Add(part[c]);
        return parts[0];
    }
}
