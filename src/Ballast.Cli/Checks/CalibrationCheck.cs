using Ballast.Cli.Reports;
using Ballast.Core;
using Ballast.Evaluation.Calibration;
using Ballast.Evaluation.Calibration.Measures;
using Ballast.Numerics.Intervals;

namespace Ballast.Cli.Checks;

/// <summary>Whether probabilities mean what they say: reliability, expected calibration error, and a test against chance.</summary>
/// <remarks>
/// ECE is above 0 even for perfect probabilities. Each draw makes labels by the probabilities themselves, so that these are right, and takes
/// the ECE: the finding needs a chance of at most 1% (<see cref="CalibrationTest"/>).
/// </remarks>
internal sealed class CalibrationCheck : ICheck
{
    private const int Draws = 199;
    private const double Level = 0.01;
    private const int MostRows = 20_000;

    public string Id => "calibration";

    public void Run(Audit audit, CancellationToken cancellation)
    {
        var judged = audit.Judged!;
        // Rows whose label is suspected would count as the model's errors.
        var trusted = audit.TrustedRows();
        if (trusted.Length > MostRows)
            trusted = [.. RandomStream.For(audit.Options.Seed, "calibration/rows").SampleWithoutReplacement(trusted.Length, MostRows).Select(i => trusted[i])];
        var (predictions, labels) = Rows.Pick(judged.OutOfFold, judged.Data.Labels.Span, trusted);
        var curve = CalibrationError.TopLabelCurve(predictions, labels);
        audit.Reliability = curve;

        var ece = CalibrationError.TopLabelEstimate(predictions, labels, new BootstrapOptions { Seed = audit.Options.Seed }, cancellation: cancellation);
        var (pValue, chance) = CalibrationTest.OfTopLabel(predictions, labels, Draws, audit.Options.Seed, cancellation);
        if (pValue > Level || curve.Error < 0.02)
            return;
        var over = IsTooSure(curve);
        if (!over && trusted.Length < judged.Data.Count && !IsNotSureEnough(audit, cancellation))
            return;
        audit.Report(Id, curve.Error >= 0.1 ? Severity.High : curve.Error >= 0.05 ? Severity.Medium : Severity.Low,
            $"Probabilities are {(over ? "too sure" : "not sure enough")}: they are off by {Figures.Percent(curve.Error)} on average.", [], [], new()
            {
                ["ece"] = ece,
                ["ece_by_chance_99"] = chance[(int)(0.99 * Draws)],
                ["rows_judged"] = labels.Length,
                ["suspected_labels_left_out"] = judged.Data.Count - labels.Length,
            }, "Recalibrate before using probabilities as such; the best of several recalibrators was tried below.");
    }

    private static bool IsTooSure(ReliabilityCurve curve) =>
        curve.Bins.Where(b => b.HitRate.Count > 0).Sum(b => b.HitRate.Count * (b.MeanConfidence - b.HitRate.Value)) > 0;

    // Suspected rows are mostly rows the model gets wrong: without them any probabilities look not sure enough, so all rows must say so too.
    private static bool IsNotSureEnough(Audit audit, CancellationToken cancellation)
    {
        var judged = audit.Judged!;
        int[] rows = [.. Enumerable.Range(0, judged.Data.Count)];
        if (rows.Length > MostRows)
            rows = RandomStream.For(audit.Options.Seed, "calibration/all-rows").SampleWithoutReplacement(rows.Length, MostRows);
        var (predictions, labels) = Rows.Pick(judged.OutOfFold, judged.Data.Labels.Span, rows);
        var curve = CalibrationError.TopLabelCurve(predictions, labels);
        return !IsTooSure(curve) && CalibrationTest.OfTopLabel(predictions, labels, Draws, audit.Options.Seed, cancellation).PValue <= Level;
    }
}
