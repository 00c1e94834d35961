using Ballast.Core;
using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Metrics;

/// <summary>Metrics of predicted amounts with percentile bootstrap intervals over rows.</summary>
/// <param name="R2">1 - sum of squared errors / sum of squares around the mean; null where all targets are equal.</param>
/// <param name="MeanAbsoluteError">Mean |prediction - target|, in the target's unit.</param>
/// <param name="RootMeanSquaredError">sqrt of the mean squared error, in the target's unit.</param>
public sealed record RegressionReport(Estimate? R2, Estimate MeanAbsoluteError, Estimate RootMeanSquaredError)
{
    /// <summary>Measures and resamples.</summary>
    /// <param name="targets">n finite targets.</param>
    /// <param name="predictions">n finite predictions.</param>
    /// <param name="bootstrap">Draws, level, seed; null for 1000, 95%, 0.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, or a value is not finite.</exception>
    public static RegressionReport From(
        ReadOnlySpan<double> targets, ReadOnlySpan<double> predictions, BootstrapOptions? bootstrap = null, CancellationToken cancellation = default)
    {
        Guard.SameLength(targets.Length, predictions.Length, nameof(targets), nameof(predictions));
        if (targets.IsEmpty)
            throw new ArgumentException("There are no rows to evaluate.", nameof(targets));
        var (rows, mean) = (targets.Length, 0.0);
        for (var i = 0; i < rows; i++)
        {
            if (!double.IsFinite(targets[i]) || !double.IsFinite(predictions[i]))
                throw new ArgumentException($"Row {i + 1} has target {targets[i]} and prediction {predictions[i]}; both must be finite.", nameof(predictions));
            mean += targets[i] / rows;
        }
        // |e|, e^2, y, y^2 with y centred, so that the sum of squares of large targets keeps its digits.
        var terms = new double[4 * rows];
        for (var i = 0; i < rows; i++)
        {
            var (error, centred) = (predictions[i] - targets[i], targets[i] - mean);
            (terms[4 * i], terms[4 * i + 1], terms[4 * i + 2], terms[4 * i + 3]) = (Math.Abs(error), error * error, centred, centred * centred);
        }
        var resampler = new RowResampler(rows);
        var draws = Bootstrap.Run(3, bootstrap ?? BootstrapOptions.Default, "regression metrics", () => (Times: new byte[rows], Sums: new double[4]), (random, workspace, values) =>
        {
            resampler.Draw(random, workspace.Times);
            MeanBootstrap.WeightedSums(terms, workspace.Times, workspace.Sums);
            Measure(workspace.Sums, rows, values);
        }, cancellation);
        var ones = new byte[rows];
        ones.AsSpan().Fill(1);
        var (sums, measured) = (new double[4], new double[3]);
        MeanBootstrap.WeightedSums(terms, ones, sums);
        Measure(sums, rows, measured);
        return new RegressionReport(
            double.IsNaN(measured[0]) ? null : new Estimate(measured[0], draws[0], rows),
            new Estimate(measured[1], draws[1], rows), new Estimate(measured[2], draws[2], rows));
    }

    private static void Measure(ReadOnlySpan<double> sums, int rows, Span<double> values)
    {
        var spread = sums[3] - sums[2] * sums[2] / rows;
        (values[0], values[1], values[2]) = (spread > 0 ? 1 - sums[1] / spread : double.NaN, sums[0] / rows, Math.Sqrt(sums[1] / rows));
    }
}
