using Ballast.Core;
using Ballast.Evaluation.Calibration.Measures;
using Ballast.Numerics.Intervals;

namespace Ballast.Cli.Commands;

/// <summary>What is said of calibration: every error with its interval, and whether the probabilities could be right.</summary>
internal sealed record CalibrationFigures(CalibrationReport Report, CalibrationTestResult Test, int TestedRows)
{
    private const long MostDrawnRows = 20_000_000;
    private const int FewestDraws = 100;
    private const int TestDraws = 999;
    private const int MostTestRows = 20_000;

    public static CalibrationFigures Of(Predictions predictions, int[] labels, BootstrapOptions bootstrap, CancellationToken cancellation)
    {
        var draws = (int)Math.Clamp(MostDrawnRows / labels.Length, FewestDraws, bootstrap.Draws);
        var report = CalibrationReport.Compute(predictions, labels, bootstrap with { Draws = draws }, cancellation);
        var (tested, testedLabels) = labels.Length <= MostTestRows
            ? (predictions, labels)
            : Checks.Rows.Pick(predictions, labels, RandomStream.For(bootstrap.Seed, "calibration test rows").SampleWithoutReplacement(labels.Length, MostTestRows));
        var test = CalibrationTest.Run(tested, testedLabels, TestDraws, (int)bootstrap.Seed, cancellation);
        return new CalibrationFigures(report, test, testedLabels.Length);
    }

    /// <summary>The errors by name; log loss, Brier score and accuracy stand elsewhere.</summary>
    public IEnumerable<(string Name, Estimate Estimate)> Errors =>
        CalibrationMetricNames.All.Where(metric => metric < CalibrationMetric.LogLoss && double.IsFinite(Report[metric].Value)).Select(metric => (metric.Key(), Report[metric]));

    /// <summary>What a reader must know, as sentences.</summary>
    public IEnumerable<string> Notes =>
    [
        .. Report.Notes,
        $"Calibration errors are biased upwards; their intervals are not, and may lie below the figure. If the probabilities were right, errors this large would be seen with p = {Test.PValue:0.000} ({Test.Draws} sets of labels drawn by them, n={TestedRows}).",
    ];
}
