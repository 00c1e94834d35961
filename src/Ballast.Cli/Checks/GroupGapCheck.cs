using Ballast.Cli.Reports;
using Ballast.Core;
using Ballast.Numerics.Intervals;

namespace Ballast.Cli.Checks;

/// <summary>Whether one group is served worse than the rest: accuracy (for real targets: mean absolute error) by group.</summary>
/// <remarks>Each group is compared with all other rows; the p-values of the differences (two-sided z test) are corrected by Holm, so that many groups do not make a gap.</remarks>
internal sealed class GroupGapCheck : ICheck
{
    private const double Level = 0.05;

    public string Id => "group-gap";

    public void Run(Audit audit, CancellationToken cancellation)
    {
        if (audit.Options.Group is not { } group)
            return;
        var column = audit.Table[group];
        var losses = audit.Losses!;
        var members = Enumerable.Range(0, losses.Length).Where(i => !column.IsMissing(audit.Positions[i])).GroupBy(i => column.Codes[audit.Positions[i]]).OrderBy(g => g.Key)
            .Select(g => (Name: column.Texts[g.Key], Rows: g.ToArray())).ToArray();
        if (members.Length < 2)
        {
            audit.Note($"Groups of '{group}' were not compared: it holds {members.Length} group.");
            return;
        }
        var compared = members.Select(m => (m.Name, m.Rows, Gap: Compare(losses, m.Rows))).OrderBy(m => m.Gap.PValue).ToArray();
        var evidence = new Dictionary<string, object>
        {
            ["measure"] = audit.IsClassification ? "share of wrong rows" : "mean absolute error",
            ["groups"] = members.ToDictionary(m => m.Name, m => (object)Mean(audit, losses, m.Rows)),
        };
        var worse = new List<(string Name, int[] Rows, (double Difference, double PValue) Gap)>();
        for (var i = 0; i < compared.Length && compared[i].Gap.PValue * (compared.Length - i) <= Level; i++)
            if (compared[i].Gap.Difference > 0)
                worse.Add(compared[i]);
        foreach (var (name, rows, gap) in worse)
        {
            var inside = Mean(audit, losses, rows);
            var relative = gap.Difference / Math.Max(1e-12, inside.Value - gap.Difference);
            audit.Report(Id, gap.Difference >= 0.1 || relative >= 0.5 ? Severity.High : Severity.Medium,
                $"Group '{name}' of '{group}' is served worse: {(audit.IsClassification ? $"{Figures.Percent(inside.Value)} of its rows are wrong, of the others {Figures.Percent(inside.Value - gap.Difference)}" : $"its mean absolute error is {inside.Value:G4}, that of the others {inside.Value - gap.Difference:G4}")}.",
                [group], [], new(evidence) { ["difference"] = gap.Difference, ["p_value"] = gap.PValue },
                "Look for what the features lack for this group; more rows of it, or a threshold of its own where that is allowed, may help.");
        }
        if (worse.Count == 0)
            audit.Note($"Groups of '{group}': no gap beyond chance ({string.Join(", ", members.Take(6).Select(m => $"'{m.Name}' {Mean(audit, losses, m.Rows)}"))}).");
    }

    private static Estimate Mean(Audit audit, double[] losses, int[] rows)
    {
        if (audit.IsClassification)
            return BinomialInterval.WilsonEstimate(rows.Count(i => losses[i] > 0), rows.Length);
        var mean = rows.Average(i => losses[i]);
        var error = 1.96 * Math.Sqrt(Variance(losses, rows, mean) / rows.Length);
        return new Estimate(mean, new Interval(mean - error, mean + error), rows.Length);
    }

    private static (double Difference, double PValue) Compare(double[] losses, int[] rows)
    {
        var inside = rows.ToHashSet();
        int[] others = [.. Enumerable.Range(0, losses.Length).Where(i => !inside.Contains(i))];
        if (rows.Length < 2 || others.Length < 2)
            return (0, 1);
        double a = rows.Average(i => losses[i]), b = others.Average(i => losses[i]);
        // A group without an error has no variance of its own; half an error keeps the test honest.
        var variance = Math.Max(Variance(losses, rows, a), 0.25 / rows.Length) / rows.Length + Variance(losses, others, b) / others.Length;
        var z = (a - b) / Math.Sqrt(variance);
        return (a - b, 2 * MathNet.Numerics.Distributions.Normal.CDF(0, 1, -Math.Abs(z)));
    }

    private static double Variance(double[] losses, int[] rows, double mean) => rows.Sum(i => (losses[i] - mean) * (losses[i] - mean)) / Math.Max(1, rows.Length - 1);
}
