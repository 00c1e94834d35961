using Ballast.Cli.Reports;
using Ballast.Core;
using Ballast.Evaluation.Calibration;
using Ballast.Numerics.Intervals;

namespace Ballast.Cli.Checks;

/// <summary>Whether probabilities mean what they say: reliability, expected calibration error, and a test against chance.</summary>
/// <remarks>
/// ECE is above 0 even for perfect probabilities. Each draw makes labels by the probabilities themselves, so that these are right, and takes
/// the ECE: the finding needs the measured one to exceed 99% of the draws.
/// </remarks>
internal sealed class CalibrationCheck : ICheck
{
    private const int Draws = 200;
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

        var ece = Bootstrap.Plain(labels.Length, rows => Ece(predictions, labels, rows), new BootstrapOptions { Draws = Draws, Seed = audit.Options.Seed }, cancellation);
        var chance = ByChance(predictions, audit.Options.Seed, cancellation);
        if (curve.Error <= chance[(int)(0.99 * Draws)] || curve.Error < 0.02)
            return;
        var over = IsTooSure(curve);
        if (!over && trusted.Length < judged.Data.Count && !IsNotSureEnough(audit, cancellation))
            return;
        audit.Report(Id, curve.Error >= 0.1 ? Severity.High : curve.Error >= 0.05 ? Severity.Medium : Severity.Low,
            $"Probabilities are {(over ? "too sure" : "not sure enough")}: they are off by {Figures.Percent(curve.Error)} on average.", [], [], new()
            {
                ["ece"] = ece with { Value = curve.Error },
                ["ece_by_chance_99"] = chance[(int)(0.99 * Draws)],
                ["rows_judged"] = labels.Length,
                ["suspected_labels_left_out"] = judged.Data.Count - labels.Length,
            }, "Recalibrate before using probabilities as such; temperature scaling was tried below.");
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
        return !IsTooSure(curve) && curve.Error > ByChance(predictions, audit.Options.Seed, cancellation)[(int)(0.99 * Draws)];
    }

    private static double[] ByChance(Predictions predictions, int seed, CancellationToken cancellation)
    {
        var draws = new double[Draws];
        Parallel.For(0, Draws, new ParallelOptions { CancellationToken = cancellation }, d =>
        {
            var random = RandomStream.For(seed, "calibration/chance", d);
            var labels = new int[predictions.Count];
            for (var i = 0; i < labels.Length; i++)
            {
                var u = random.NextDouble();
                var row = predictions.Row(i);
                while (labels[i] < row.Length - 1 && (u -= row[labels[i]]) >= 0)
                    labels[i]++;
            }
            draws[d] = CalibrationError.TopLabel(predictions, labels);
        });
        Array.Sort(draws);
        return draws;
    }

    private static double Ece(Predictions predictions, int[] labels, ReadOnlySpan<int> rows)
    {
        var (drawn, drawnLabels) = Rows.Pick(predictions, labels, rows);
        return CalibrationError.TopLabel(drawn, drawnLabels);
    }
}
