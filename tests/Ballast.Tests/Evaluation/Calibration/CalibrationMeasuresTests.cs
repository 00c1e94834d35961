using Ballast.Core;
using Ballast.Evaluation.Calibration;
using Ballast.Evaluation.Calibration.Measures;
using Ballast.Numerics.Intervals;
using FsCheck.Xunit;

namespace Ballast.Tests.Evaluation.Calibration;

public sealed class CalibrationMeasuresTests
{
    private static (double[] Confidences, double[] Hits) Ranked(int rows, int seed)
    {
        var (predictions, labels) = RecalibratorTests.Distorted(rows, 3, 2, seed);
        var (_, confidences, hits) = RankedHits.Sort(predictions, labels);
        return (confidences, hits);
    }

    [Property(MaxTest = 40)]
    public void Fast_measures_equal_their_definitions(byte seed)
    {
        var (predictions, labels) = RecalibratorTests.Distorted(5 + seed % 90, 3, 2, seed);
        var (confidences, hits) = Ranked(labels.Length, seed);
        var n = labels.Length;
        double[] residuals = [.. hits.Zip(confidences, (hit, c) => hit - c)];
        var mmce = Math.Sqrt(Enumerable.Range(0, n).Sum(i => Enumerable.Range(0, n).Sum(j => residuals[i] * residuals[j] * Math.Exp(-2.5 * Math.Abs(confidences[i] - confidences[j]))))) / n;
        double Kernel(int i, int j) => Math.Exp(-Math.Sqrt(Enumerable.Range(0, 3).Sum(k => Math.Pow(predictions[i, k] - predictions[j, k], 2))))
            * Enumerable.Range(0, 3).Sum(k => ((labels[i] == k ? 1 : 0) - predictions[i, k]) * ((labels[j] == k ? 1 : 0) - predictions[j, k]));
        var all = Enumerable.Range(0, n).Sum(i => Enumerable.Range(0, n).Sum(j => Kernel(i, j)));
        var diagonal = Enumerable.Range(0, n).Sum(i => Kernel(i, i));
        double[] Rates(int bins) => [.. Enumerable.Range(0, bins).Select(b => hits[Start(n, bins, b)..Start(n, bins, b + 1)].Average())];
        var sweep = Enumerable.Range(1, n).TakeWhile(bins => Rates(bins) is var rates && rates.Zip(rates.Skip(1)).All(pair => pair.First <= pair.Second)).Last();

        Assert.Equal(mmce, TopLabelErrors.MaximumMean(predictions, labels), 1e-12);
        Assert.Equal((all - diagonal) / (n * (n - 1.0)), KernelCalibrationError.Unbiased(predictions, labels), 1e-9);
        Assert.Equal(all / ((double)n * n), KernelCalibrationError.Biased(predictions, labels), 1e-9);
        Assert.Equal(Enumerable.Range(0, sweep).Sum(b => Math.Abs(residuals[Start(n, sweep, b)..Start(n, sweep, b + 1)].Sum())) / n, TopLabelErrors.Sweep(predictions, labels), 1e-12);
        Assert.Equal(CalibrationError.TopLabelCurve(predictions, labels).Error, CalibrationError.TopLabel(predictions, labels), 1e-12);
        Assert.Equal(Enumerable.Range(0, 3).Average(k => CalibrationError.ClassCurve(predictions, labels, k).Error), CalibrationError.Classwise(predictions, labels), 1e-12);
    }

    private static int Start(int rows, int bins, int b) => b * (rows / bins) + Math.Min(b, rows % bins);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(10)]
    [InlineData(65)]
    public void Edges_ties_and_certain_rows_are_binned_alike_by_fast_and_slow_sums(int classes)
    {
        var random = RandomStream.For(classes, "edges");
        var values = new double[300 * classes];
        var labels = new int[300];
        for (var i = 0; i < labels.Length; i++)
        {
            // Fifteenths land on the edges of the bins, equal ones tie for the top, and some rows are certain.
            var row = values.AsSpan(i * classes, classes);
            for (var unit = 0; unit < 15; unit++)
                row[i % 5 == 0 ? i % classes : random.Next(classes)] += 1;
            foreach (ref var value in row)
                value /= 15;
            labels[i] = random.Next(classes);
        }
        var predictions = new Predictions(values, classes);

        Assert.Equal(CalibrationError.TopLabelCurve(predictions, labels).Error, CalibrationError.TopLabel(predictions, labels), 1e-12);
        Assert.Equal(Enumerable.Range(0, classes).Average(k => CalibrationError.ClassCurve(predictions, labels, k).Error), CalibrationError.Classwise(predictions, labels), 1e-12);
        Assert.Equal(CalibrationError.TopLabel(predictions, labels), CalibrationReport.Compute(predictions, labels, new() { Draws = 2 })[CalibrationMetric.EqualWidthError].Value, 1e-12);
    }

    [Fact]
    public void Right_probabilities_are_rejected_as_often_as_the_level_says()
    {
        const int Runs = 250;
        double[][] pValues = [.. Enumerable.Range(0, Runs).Select(run =>
        {
            var (predictions, labels) = RecalibratorTests.Distorted(120, 3, 1, seed: 1000 + run);
            var result = CalibrationTest.Run(predictions, labels, 99, seed: run);
            return new[] { result.PValue, result.TopLabel, result.Classwise, result.Kernel, result.Spiegelhalter };
        })];

        // Binomial(250, .1): 25 expected, standard deviation 5; the exact tests of 99 draws reject with chance .1 at most, ties apart.
        foreach (var s in Enumerable.Range(0, 5))
            Assert.InRange(pValues.Count(p => p[s] <= 0.1), 9, 44);
    }

    [Fact]
    public void Wrong_probabilities_are_rejected()
    {
        var (predictions, labels) = RecalibratorTests.Distorted(400, 3, 2, seed: 5);

        var result = CalibrationTest.Run(predictions, labels, 199);

        Assert.Equal(1.0 / 200, result.PValue);
        Assert.True(result.SpiegelhalterZ > 4 && result.Spiegelhalter < 1e-4);
        Assert.Equal(CalibrationTest.Run(predictions, labels, 199), result);
    }

    [Theory, InlineData(3, 1.2, 1), InlineData(10, 2, 2)]
    public void Intervals_of_calibration_errors_hold_the_true_error(int classes, double sharpness, int seed)
    {
        const int Rows = 400;
        var runs = Environment.GetEnvironmentVariable("BALLAST_LONG") == "1" ? 1000 : 60;
        CalibrationMetric[] metrics =
        [
            CalibrationMetric.EqualWidthError, CalibrationMetric.EqualMassError, CalibrationMetric.DebiasedError, CalibrationMetric.DebiasedRootMeanSquareError, CalibrationMetric.ClasswiseError,
            CalibrationMetric.LogLoss, CalibrationMetric.KolmogorovSmirnov, CalibrationMetric.MaximumMeanError,
        ];
        var (many, manyLabels) = RecalibratorTests.Distorted(100_000, classes, sharpness, seed: 77);
        var truth = CalibrationReport.Compute(many, manyLabels, new BootstrapOptions { Draws = 2 });
        var (held, own) = (new int[metrics.Length], 0);
        for (var run = 0; run < runs; run++)
        {
            var (predictions, labels) = RecalibratorTests.Distorted(Rows, classes, sharpness, seed: 10_000 * seed + run);
            var options = new BootstrapOptions { Draws = 200, Seed = run };
            var report = CalibrationReport.Compute(predictions, labels, options);
            for (var m = 0; m < metrics.Length; m++)
                held[m] += report[metrics[m]].Interval.Contains(truth[metrics[m]].Value) ? 1 : 0;
            own += CalibrationError.TopLabelEstimate(predictions, labels, options).Interval.Contains(truth[CalibrationMetric.EqualWidthError].Value) ? 1 : 0;
        }

        // Binomial(runs, .95) less four deviations.
        var fewest = (int)(0.95 * runs - 4 * Math.Sqrt(0.95 * 0.05 * runs));
        Assert.True(held.Append(own).All(count => count >= fewest), $"{fewest} of {runs} asked; held: {string.Join(", ", metrics.Zip(held))}, top label alone {own}");
    }

    [Fact]
    public void The_report_does_not_depend_on_threads()
    {
        var (predictions, labels) = RecalibratorTests.Distorted(300, 4, 2, seed: 6);

        var (one, two) = (CalibrationReport.Compute(predictions, labels, new() { Draws = 50, MaxThreads = 1 }), CalibrationReport.Compute(predictions, labels, new() { Draws = 50, MaxThreads = 2 }));

        Assert.All(CalibrationMetricNames.All, metric => Assert.Equal(one[metric], two[metric]));
    }

    [Fact]
    public void Few_rows_and_impossible_labels_are_measured_and_said()
    {
        var report = CalibrationReport.Compute(new Predictions([1, 0, 0, 0, 1, 0], 3), [1, 1], new() { Draws = 10 });

        Assert.Contains(report.Notes, note => note.StartsWith("There are fewer rows (2) than bins (15)", StringComparison.Ordinal));
        Assert.Contains(report.Notes, note => note.StartsWith("1 rows have a label of probability 0", StringComparison.Ordinal));
        Assert.Contains(report.Notes, note => note.StartsWith("2 of 3 classes have no rows", StringComparison.Ordinal));
        Assert.Equal(0.5, report[CalibrationMetric.EqualWidthError].Value);
        foreach (var metric in CalibrationMetricNames.All.Where(metric => metric < CalibrationMetric.LogLoss && metric != CalibrationMetric.KernelError))
            Assert.True(report[metric].Interval is { Low: >= 0, High: <= 1 }, $"{metric} {report[metric].Interval}");
        Assert.True(double.IsNaN(CalibrationReport.Compute(new Predictions([1, 0], 2), [0], new() { Draws = 10 })[CalibrationMetric.KernelError].Value));
        Assert.Throws<ArgumentException>(() => CalibrationReport.Compute(new Predictions([], 2), []));
        Assert.Throws<ArgumentException>(() => CalibrationTest.Run(new Predictions([1, 0], 2), [2]));
    }

    [Fact]
    public void Every_metric_has_a_key_of_its_own() =>
        Assert.All(CalibrationMetricNames.All, metric => Assert.Equal(metric, CalibrationMetricNames.Parse(metric.Key())));
}
