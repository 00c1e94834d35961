using Ballast.Cli.Reports;
using Ballast.Core;
using Ballast.Evaluation.Fairness;
using Ballast.Numerics.Intervals;

namespace Ballast.Cli.Checks;

/// <summary>Whether one group is served worse than the rest: errors by group, and for two classes the rates of decisions among those who deserve them.</summary>
/// <remarks>
/// Errors: each group is compared with all other rows; the p-values of the differences (two-sided z test) are corrected by Holm, so that many groups do not make a gap.
/// Rates: equalised odds with the interval of <see cref="GroupGaps"/>, whose lower end pays for choosing the widest pair; a gap below a few points is no finding.
/// </remarks>
internal sealed class GroupGapCheck : ICheck
{
    private const double Level = 0.05;
    private const double SmallestGap = 0.02;
    private const double LargeGap = 0.1;

    public string Id => "group-gap";

    public void Run(Audit audit, CancellationToken cancellation)
    {
        if (audit.Options.Group is not { } column)
            return;
        var groups = RowGroups.By(audit.Table[column], audit.Positions);
        if (groups.Names.Length < 2)
        {
            audit.Note($"Groups of '{column}' were not compared: it holds {Figures.Count(groups.Names.Length, "group", "groups")}.");
            return;
        }
        if (groups.Rule is { } rule)
            audit.Note(rule);
        if (groups.Of.Count(group => group < 0) is > 0 and var unknown)
            audit.Note($"{Figures.Count(unknown, "row has", "rows have")} no '{column}' and belong to no group.");
        audit.Groups = GroupRatesOfAudit.Compare(audit, groups, cancellation);
        var found = ReportErrors(audit, groups);
        found |= ReportOdds(audit, groups);
        if (!found)
            audit.Note($"Groups of '{column}': no gap beyond chance ({string.Join(", ", groups.Members().Take(6).Select((rows, g) => $"'{groups.Names[g]}' {Mean(audit, audit.Losses!, rows)}"))}).");
    }

    private bool ReportErrors(Audit audit, RowGroups groups)
    {
        var losses = audit.Losses!;
        var compared = groups.Members().Select((rows, g) => (Name: groups.Names[g], Rows: rows, Gap: Compare(losses, rows))).OrderBy(group => group.Gap.PValue).ToArray();
        var evidence = new Dictionary<string, object>
        {
            ["measure"] = audit.IsClassification ? "share of wrong rows" : "mean absolute error",
            ["groups"] = compared.ToDictionary(group => group.Name, group => (object)Mean(audit, losses, group.Rows)),
        };
        var found = false;
        for (var i = 0; i < compared.Length && compared[i].Gap.PValue * (compared.Length - i) <= Level; i++)
        {
            var (name, rows, gap) = compared[i];
            if (gap.Difference <= 0)
                continue;
            var inside = Mean(audit, losses, rows);
            var relative = gap.Difference / Math.Max(1e-12, inside.Value - gap.Difference);
            audit.Report(Id, gap.Difference >= LargeGap || relative >= 0.5 ? Severity.High : Severity.Medium,
                $"Group '{name}' of '{groups.Column}' is served worse: {(audit.IsClassification ? $"{Figures.Percent(inside.Value)} of its rows are wrong, of the others {Figures.Percent(inside.Value - gap.Difference)}" : $"its mean absolute error is {inside.Value:G4}, that of the others {inside.Value - gap.Difference:G4}")}.",
                [groups.Column], [], new(evidence) { ["difference"] = gap.Difference, ["p_value"] = gap.PValue },
                "Look for what the features lack for this group; more rows of it, or a threshold of its own where that is allowed, may help.");
            found = true;
        }
        return found;
    }

    private bool ReportOdds(Audit audit, RowGroups groups)
    {
        var compared = audit.Groups!;
        if (compared.Positive is not { } positive || compared.Gaps.SingleOrDefault(gap => gap.Name.StartsWith("equalised odds", StringComparison.Ordinal)) is not { } odds
            || !(odds.Difference.Interval.Low >= SmallestGap))
            return false;
        // The wider of the two differences is the one that equalised odds reports.
        var recall = compared.Gaps.Single(gap => gap.Name.StartsWith("equal opportunity", StringComparison.Ordinal));
        var ofRecall = recall.Difference.Value >= odds.Difference.Value;
        var rate = ofRecall ? "true positive rate" : "false positive rate";
        double Rate(string group) => compared.Groups.Single(summary => summary.Name == group).Rates[rate].Value;
        audit.Report(Id, odds.Difference.Interval.Low >= LargeGap ? Severity.Medium : Severity.Low,
            $"Rows that {(ofRecall ? "are" : "are not")} '{positive}' are predicted so at different rates by '{groups.Column}': {Figures.Percent(Rate(odds.High))} of '{odds.High}', {Figures.Percent(Rate(odds.Low))} of '{odds.Low}'.",
            [groups.Column], [], new()
            {
                ["measure"] = rate,
                ["positive"] = positive,
                ["gaps"] = compared.Gaps.ToDictionary(gap => gap.Name, gap => (object)gap.Difference),
                ["disparity_bits"] = compared.Model?.Disparity ?? double.NaN,
                ["disparity_noise_floor"] = compared.NoiseFloor,
            }, "Decide which gap matters for this use. The frontier in the report shows what accuracy a smaller one costs; 'ballast fairness' splits it by site.");
        return true;
    }

    private static Estimate Mean(Audit audit, double[] losses, int[] rows) =>
        audit.IsClassification ? BinomialInterval.WilsonEstimate(rows.Count(i => losses[i] > 0), rows.Length) : GroupRatesOfAudit.MeanOf(losses, rows);

    private static (double Difference, double PValue) Compare(double[] losses, int[] rows)
    {
        var inside = rows.ToHashSet();
        int[] others = [.. Enumerable.Range(0, losses.Length).Where(i => !inside.Contains(i))];
        if (rows.Length < 2 || others.Length < 2)
            return (0, 1);
        double a = rows.Average(i => losses[i]), b = others.Average(i => losses[i]);
        // A group without an error has no variance of its own; half an error keeps the test honest.
        var variance = Math.Max(GroupRatesOfAudit.Variance(losses, rows, a), 0.25 / rows.Length) / rows.Length + GroupRatesOfAudit.Variance(losses, others, b) / others.Length;
        var z = (a - b) / Math.Sqrt(variance);
        return (a - b, 2 * MathNet.Numerics.Distributions.Normal.CDF(0, 1, -Math.Abs(z)));
    }
}
