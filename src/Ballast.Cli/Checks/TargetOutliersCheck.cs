using Ballast.Cli.Reports;

namespace Ballast.Cli.Checks;

/// <summary>For real targets: rows whose given value lies far from what the other rows predict.</summary>
/// <remarks>A residual is judged in units of 1.4826 times the median absolute residual (the standard deviation, if residuals were normal); beyond 6 it is suspected.</remarks>
internal sealed class TargetOutliersCheck : ICheck
{
    /// <summary>Robust standard deviations beyond which a target is suspected.</summary>
    public const double Limit = 6;

    public string Id => "label-errors";

    public void Run(Audit audit, CancellationToken cancellation)
    {
        var losses = audit.Losses!;
        var spread = Spread(losses);
        if (spread <= 0)
            return;
        int[] suspects = [.. Enumerable.Range(0, losses.Length).Where(i => losses[i] > Limit * spread).OrderByDescending(i => losses[i])];
        if (suspects.Length == 0)
            return;
        var rowIds = audit.Everything.RowIds.ToArray();
        audit.Report(Id, suspects.Length >= 0.01 * losses.Length ? Severity.Medium : Severity.Low,
            $"{Figures.Count(suspects.Length, "target lies", "targets lie")} far from what the other rows predict.", [audit.Options.Target], [.. suspects.Select(i => rowIds[i] + 1).Order()], new()
            {
                ["suspects"] = suspects.Length,
                ["limit"] = Limit * spread,
                ["worst_first"] = suspects.Take(20).Select(i => $"row {rowIds[i] + 1}: given {audit.Everything.Targets.Span[i]:G6}, predicted {audit.PredictedTargets![i]:G6}").ToArray(),
                ["method"] = $"out-of-fold residual beyond {Limit} robust standard deviations",
            }, "Look at them, worst first: a wrong unit, a slipped decimal point, or a rare case.");
    }

    /// <summary>1.4826 times the median absolute residual.</summary>
    public static double Spread(double[] absoluteResiduals) => 1.4826 * absoluteResiduals.Order().ElementAt(absoluteResiduals.Length / 2);
}
