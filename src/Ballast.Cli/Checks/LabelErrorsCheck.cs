using Ballast.Cli.Reports;
using Ballast.Data.LabelErrors;

namespace Ballast.Cli.Checks;

/// <summary>Rows whose given label is probably wrong, by confident learning on out-of-fold probabilities.</summary>
internal sealed class LabelErrorsCheck : ICheck
{
    private const double RareShare = 0.05;

    public string Id => "label-errors";

    public void Run(Audit audit, CancellationToken cancellation)
    {
        var judged = audit.Judged!;
        var issues = LabelIssueFinder.Find(judged.Data.Labels, judged.ForLabels, cancellation: cancellation);
        audit.LabelIssues = issues;
        foreach (var warning in issues.Warnings)
            audit.Note(warning);
        if (issues.Ranked.Length == 0)
            return;

        var n = judged.Data.Count;
        var share = (double)issues.Ranked.Length / n;
        var weak = audit.Skill < Audit.SkillToTrust;
        audit.Report(Id, weak ? Severity.Low : share >= 0.03 ? Severity.High : share >= 0.01 ? Severity.Medium : Severity.Low,
            weak ? $"{Figures.Count(issues.Ranked.Length, "label is", "labels are")} suspected ({Figures.Percent(share)} of the rows), but the features explain only {Figures.Percent(Math.Max(0, audit.Skill))} of the target: many of these rows are hard rather than wrong."
                : $"{Figures.Count(issues.Ranked.Length, "label is", "labels are")} probably wrong ({Figures.Percent(share)} of the rows).", [audit.Options.Target], Rows(audit, issues.Ranked), new()
                {
                    ["suspects"] = issues.Ranked.Length,
                    ["share"] = share,
                    ["skill_of_the_model"] = audit.Skill,
                    ["estimated_issues"] = issues.EstimatedIssues,
                    ["worst_first"] = issues.Ranked.Take(20).Select(i => Describe(audit, issues, i)).ToArray(),
                    ["method"] = "confident learning (prune by noise rate) on out-of-fold probabilities",
                }, "Have a person look at them, worst first; they are candidates, not errors. Dropping them from training was tried below.");
        ReportRareClasses(audit, issues);
    }

    // A cut over all rows hides a rare class: its few suspects rank below many of a large one.
    private void ReportRareClasses(Audit audit, LabelIssues issues)
    {
        var data = audit.Judged!.Data;
        var counts = data.ClassCounts();
        for (var k = 0; k < counts.Length; k++)
        {
            if (counts[k] == 0 || counts[k] > RareShare * data.Count)
                continue;
            int[] suspects = [.. issues.Ranked.Where(i => data.Labels.Span[i] == k)];
            int[] lost = [.. issues.Ranked.Where(i => issues.SuggestedLabel[i] == k)];
            if (suspects.Length + lost.Length == 0)
                continue;
            audit.Report(Id, Severity.Low,
                $"Rare class '{data.ClassNames[k]}' ({Figures.Count(counts[k], "row", "rows")}): {Figures.Count(suspects.Length, "of its labels is", "of its labels are")} suspected, and {Figures.Count(lost.Length, "row labelled otherwise looks", "rows labelled otherwise look")} like it.",
                [audit.Options.Target], Rows(audit, [.. suspects, .. lost]), new()
                {
                    ["class"] = data.ClassNames[k],
                    ["rows_of_class"] = counts[k],
                    ["suspects"] = suspects.Length,
                    ["look_like_it"] = lost.Length,
                }, "Look at these first: each wrong label weighs most in a rare class.");
        }
    }

    private static string Describe(Audit audit, LabelIssues issues, int i)
    {
        var data = audit.Judged!.Data;
        return $"row {data.RowIds.Span[i] + 1}: given '{data.ClassNames[data.Labels.Span[i]]}', looks like '{data.ClassNames[issues.SuggestedLabel[i]]}', quality {issues.Quality[i]:0.000}";
    }

    private static int[] Rows(Audit audit, int[] positions) => [.. positions.Select(i => audit.Judged!.Data.RowIds.Span[i] + 1).Order()];
}
