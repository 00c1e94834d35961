using Ballast.Cli.Reports;
using Ballast.Data.LabelErrors;
using Ballast.Evaluation.Slices.Noise;
using Ballast.Learning.Remedies;

namespace Ballast.Cli.Checks;

/// <summary>Rows whose given label is probably wrong, by confident learning on out-of-fold probabilities.</summary>
internal sealed class LabelErrorsCheck : ICheck
{
    private const double RareShare = 0.05;
    private const double ShareOfEven = 0.4;
    private const double SureOfPart = 0.95;

    public string Id => "label-errors";

    public void Run(Audit audit, CancellationToken cancellation)
    {
        var judged = audit.Judged!;
        var predictions = judged.Noise?.Judge(judged.ForLabels, judged.Data.Labels.Span) ?? judged.ForLabels;
        var suspected = SuspectedLabels.Find(judged.Data.Labels, predictions, bound: judged.OutOfFold, judged.Data.ClassNames, cancellation);
        audit.Suspected = suspected;
        foreach (var warning in suspected.Issues.Warnings)
            audit.Note(warning);
        if (suspected.Ranked.Length > 0)
            ReportAll(audit, suspected);
        ReportRareClasses(audit, suspected.Issues);
        foreach (var region in judged.Noise?.Regions.Where(region => region.Probability >= SureOfPart) ?? [])
            ReportPart(audit, region);
    }

    private void ReportAll(Audit audit, SuspectedLabels suspected)
    {
        var share = (double)suspected.Ranked.Length / audit.Judged!.Data.Count;
        var surely = suspected.PlausibleShare.Interval.Low;
        var which = $"({Figures.Percent(share)} of the rows)";
        // A weak model errs where it is surest too: there, what contradicts it is not worth stopping a build for.
        var severity = !audit.SuspicionsCount || share > 0.5 || surely < 0.01 ? Severity.Low : surely < 0.03 || !audit.IsExplained ? Severity.Medium : Severity.High;
        audit.Report(Id, severity,
            audit.IsExplained
                ? $"{Figures.Count(suspected.Ranked.Length, "label is", "labels are")} probably wrong {which}."
                : $"{Figures.Count(suspected.Ranked.Length, "label is", "labels are")} suspected {which}, but the features explain only {Figures.Percent(Math.Max(0, audit.Skill))} of the target: many of these rows are hard rather than wrong.",
            [audit.Options.Target], Rows(audit, suspected.Ranked), new()
            {
                ["suspects"] = suspected.Ranked.Length,
                ["share"] = share,
                ["plausible_share_of_wrong_labels"] = suspected.PlausibleShare,
                ["issues_before_the_cut_to_plausible"] = suspected.Issues.Ranked.Length,
                ["skill_of_the_model"] = audit.Skill,
                ["worst_first"] = suspected.Ranked.Take(20).Select(i => Describe(audit, suspected.Issues, i)).ToArray(),
                ["method"] = "confident learning (prune by noise rate) on out-of-fold probabilities, cut to the share that the model's errors on its surest rows make plausible",
            }, "Have a person look at them, worst first; they are candidates, not errors. Dropping them from training was tried below.");
    }

    // A cut over all rows hides a rare class: its few suspects rank below many of a large one.
    private void ReportRareClasses(Audit audit, LabelIssues issues)
    {
        var data = audit.Judged!.Data;
        var counts = data.ClassCounts();
        for (var k = 0; k < counts.Length; k++)
        {
            // Of many classes, all hold few rows: rare is one that holds few beside the others.
            if (counts[k] == 0 || counts[k] > RareShare * data.Count || counts[k] > ShareOfEven * data.Count / counts.Length)
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

    private void ReportPart(Audit audit, NoiseRegion region) => audit.Report(Id, audit.SuspicionsCount ? Severity.Medium : Severity.Low,
        $"Where {region.Part.Description}: about {Figures.Percent(region.Rate)} of the labels look wrong, {Figures.Percent(region.RateElsewhere)} elsewhere.",
        [.. region.Part.Conditions.Select(condition => condition.Column).Distinct()], Rows(audit, region.Part.Rows), new()
        {
            ["slice"] = region.Part.Description,
            ["rows_in_slice"] = region.Part.Rows.Length,
            ["share_of_wrong_labels"] = region.Rate,
            ["share_elsewhere"] = region.RateElsewhere,
            ["log_bayes_factor"] = region.LogBayesFactor,
            ["probability"] = region.Probability,
            ["method"] = "Bayesian scan over ranges and values of all pairs of columns; counted in the quality of these rows' labels",
        }, "See how these rows were labelled. If their labels are right, something that explains them is missing from the columns.");

    private static string Describe(Audit audit, LabelIssues issues, int i)
    {
        var data = audit.Judged!.Data;
        return $"row {data.RowIds.Span[i] + 1}: given '{data.ClassNames[data.Labels.Span[i]]}', looks like '{data.ClassNames[issues.SuggestedLabel[i]]}', quality {issues.Quality[i]:0.000}";
    }

    private static int[] Rows(Audit audit, int[] positions) => [.. positions.Select(i => audit.Judged!.Data.RowIds.Span[i] + 1).Order()];
}
