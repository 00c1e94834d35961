using Ballast.Core;
using Ballast.Evaluation.Calibration.Measures;
using Ballast.Evaluation.Metrics;

namespace Ballast.Evaluation.Calibration;

/// <summary>A metric of some predictions, on all rows and on resamples of them.</summary>
internal sealed class ChoiceMetric
{
    private readonly RecalibratorMetric metric;
    private readonly double[] perRow;
    private readonly int[] order;
    private readonly double[] confidences, hits;
    private readonly CalibrationSample? classwise;

    private ChoiceMetric(RecalibratorMetric metric, Predictions predictions, int[] labels)
    {
        (this.metric, Rows) = (metric, labels.Length);
        perRow = metric is RecalibratorMetric.LogLoss or RecalibratorMetric.Brier ? Losses(metric, predictions, labels) : [];
        (order, confidences, hits) = metric == RecalibratorMetric.DebiasedError ? RankedHits.Sort(predictions, labels) : ([], [], []);
        classwise = metric == RecalibratorMetric.ClasswiseError ? new CalibrationSample(predictions, labels) : null;
    }

    public int Rows { get; }

    public static ChoiceMetric Of(RecalibratorMetric metric, Predictions predictions, int[] labels) => new(metric, predictions, labels);

    public double Value()
    {
        var ones = new byte[Rows];
        ones.AsSpan().Fill(1);
        return Value(ones);
    }

    /// <summary>The metric of a resample.</summary>
    /// <param name="multiplicities">How often each row is in it, in the order of the predictions.</param>
    public double Value(ReadOnlySpan<byte> multiplicities)
    {
        if (classwise is not null)
            return classwise.ClasswiseOf(multiplicities);
        if (order.Length == 0)
        {
            var sum = 0.0;
            for (var i = 0; i < perRow.Length; i++)
                sum += multiplicities[i] * perRow[i];
            return sum / Rows;
        }
        var (drawnConfidences, drawnHits, next) = (new double[Rows], new double[Rows], 0);
        for (var i = 0; i < order.Length; i++)
            for (var c = 0; c < multiplicities[order[i]]; c++)
                (drawnConfidences[next], drawnHits[next++]) = (confidences[i], hits[i]);
        return RankedHits.Runs(drawnConfidences, drawnHits, CalibrationError.DefaultBins).DebiasedL1;
    }

    private static double[] Losses(RecalibratorMetric metric, Predictions predictions, int[] labels)
    {
        var both = ProbabilityLosses.Multiclass(predictions, labels);
        var losses = new double[labels.Length];
        for (var i = 0; i < losses.Length; i++)
            losses[i] = both[2 * i + (metric == RecalibratorMetric.LogLoss ? 1 : 0)];
        return losses;
    }
}
