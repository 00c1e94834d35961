using Ballast.Core;
using Ballast.Evaluation.Calibration;

namespace Ballast.Tests.Evaluation.Calibration;

public sealed class CalibrationErrorTests
{
    [Fact]
    public void The_fast_sums_equal_a_naive_count_for_every_bin()
    {
        var (predictions, labels) = RecalibratorTests.Distorted(40_000, 5, 1.5, seed: 1);
        var rows = Enumerable.Range(0, predictions.Count).Select(i => (Confidence: predictions.Row(i).ToArray().Max(), Hit: predictions.ArgMax(i) == labels[i])).ToArray();
        var expected = 0.0;
        for (var b = 0; b < 15; b++)
        {
            var bin = rows.Where(row => row.Confidence > b / 15.0 && row.Confidence <= (b + 1) / 15.0).ToArray();
            if (bin.Length > 0)
                expected += Math.Abs(bin.Average(row => row.Hit ? 1.0 : 0) - bin.Average(row => row.Confidence)) * bin.Length / rows.Length;
        }

        var curve = CalibrationError.TopLabelCurve(predictions, labels);

        Assert.Equal(expected, CalibrationError.TopLabel(predictions, labels), 12);
        Assert.Equal(expected, curve.Error, 12);
        Assert.Equal(rows.Length, curve.Bins.Sum(bin => bin.HitRate.Count));
    }

    [Fact]
    public void Confidence_on_an_edge_belongs_to_the_bin_below_it_and_zero_to_the_first()
    {
        var predictions = new Predictions([0, 1, 0.2, 0.8, 0.6, 0.4], 2);

        var curve = CalibrationError.ClassCurve(predictions, [0, 0, 0], classIndex: 0, bins: 5);

        Assert.Equal([2, 0, 1, 0, 0], curve.Bins.Select(bin => bin.HitRate.Count));
    }

    [Fact]
    public void Of_equal_maxima_the_first_class_is_the_prediction()
    {
        var predictions = new Predictions([0.5, 0.5, 0.5, 0.5], 2);

        Assert.Equal(0.0, CalibrationError.TopLabel(predictions, [0, 1]));
        Assert.Equal(0.5, CalibrationError.TopLabel(predictions, [1, 1]));
    }

    [Fact]
    public void Classwise_error_is_the_mean_over_the_classes()
    {
        var (predictions, labels) = RecalibratorTests.Distorted(3000, 4, 2, seed: 2);

        var mean = Enumerable.Range(0, 4).Average(k => CalibrationError.OfClass(predictions, labels, k));

        Assert.Equal(mean, CalibrationError.Classwise(predictions, labels), 12);
    }

    [Fact]
    public void The_order_of_rows_does_not_matter()
    {
        var (predictions, labels) = RecalibratorTests.Distorted(50_000, 3, 2, seed: 3);
        var order = RandomStream.For(3, "order").Permutation(labels.Length);
        var shuffled = new Predictions([.. order.SelectMany(i => predictions.Row(i).ToArray())], 3);

        Assert.Equal(CalibrationError.TopLabel(predictions, labels), CalibrationError.TopLabel(shuffled, [.. order.Select(i => labels[i])]), 12);
    }

    [Fact]
    public void A_calibrated_model_has_next_to_no_error_and_bins_whose_intervals_hold_the_confidence()
    {
        var (predictions, labels) = RecalibratorTests.Distorted(100_000, 3, 1, seed: 4);

        var curve = CalibrationError.TopLabelCurve(predictions, labels);

        Assert.InRange(curve.Error, 0, 0.01);
        Assert.InRange(curve.Bins.Count(bin => bin.HitRate.Interval.Contains(bin.MeanConfidence)), 13, 15);
    }
}
