using Ballast.Cli.Checks;

namespace Ballast.Cli.Reports;

/// <summary>The part of the report that compares groups: a bar a group for every rate, the gaps with their intervals, and the accuracy left under limits on disparity.</summary>
internal static class GroupSection
{
    private const int MostGroups = 30;
    private const int LongestName = 200;

    public static void AddTo(HtmlBuilder html, GroupComparison compared)
    {
        var shown = compared.Groups.OrderByDescending(group => group.Rows).Take(MostGroups).ToArray();
        html.Add($"<section aria-labelledby=\"groups\"><h2 id=\"groups\">Groups of <bdi>{Figures.Clip(compared.Column, LongestName)}</bdi></h2>");
        if (shown.Length < compared.Groups.Count)
            html.Add($"<p class=\"more\">The {Figures.Count(shown.Length)} groups with most rows of {Figures.Count(compared.Groups.Count)} are drawn; all are in <a href=\"findings.json\">findings.json</a>.</p>");
        string[] rates = [.. compared.Groups.SelectMany(group => group.Rates.Keys).Distinct()];
        html.Add($"<div class=\"figures\">");
        foreach (var (rate, i) in rates.Where(rate => rate != "mean absolute error").Select((rate, i) => (rate, i)))
            HtmlReport.AddFigure(html, ReportPlots.Bars([.. shown.Where(group => group.Rates.ContainsKey(rate)).Select(group => (group.Name, group.Rates[rate]))], Capital(rate), $"groups{i}"), Meaning(rate, compared.Positive));
        if (compared.Model is { } model)
            HtmlReport.AddFigure(html, ReportPlots.Frontier(compared.Frontier, model, "frontier"),
                "Green: the model. Blue: the best accuracy that its decisions keep on these rows when they are changed by group so that they tell no more about it. Dashed: what no predictor can pass, however it was trained.");
        html.Add($"</div>");
        AddRates(html, shown, rates);
        if (compared.Gaps.Count > 0)
            AddGaps(html, compared);
        html.Add($"</section>");
    }

    private static void AddRates(HtmlBuilder html, GroupSummary[] shown, string[] rates)
    {
        HtmlReport.OpenTable(html, ["Group"], ["Rows", .. rates.SelectMany(rate => new[] { Capital(rate), "Interval" })], []);
        foreach (var group in shown)
        {
            html.Add($"<tr><th scope=\"row\"><bdi>{Figures.Clip(group.Name, LongestName)}</bdi></th><td class=\"num\">{Figures.Count(group.Rows)}</td>");
            foreach (var rate in rates)
                if (group.Rates.TryGetValue(rate, out var estimate))
                    html.Add($"<td class=\"num\">{Figures.Number(estimate.Value)}</td><td class=\"num\">{Figures.Range(estimate.Interval)}</td>");
                else
                    html.Add($"<td class=\"num\">no rows</td><td></td>");
            html.Add($"</tr>");
        }
        html.Add($"</tbody></table></div>");
    }

    private static void AddGaps(HtmlBuilder html, GroupComparison compared)
    {
        html.Add($"<p class=\"quiet\">Largest differences between groups. The intervals pay for choosing the widest pair.</p>");
        HtmlReport.OpenTable(html, ["Gap"], ["Difference", Figures.Level(compared.Gaps[0].Difference.Interval)], ["Highest", "Lowest"]);
        foreach (var gap in compared.Gaps)
            if (double.IsNaN(gap.Difference.Value))
                html.Add($"<tr><th scope=\"row\">{Capital(gap.Name)}</th><td class=\"num\">not defined</td><td></td><td>fewer than two groups have such rows</td><td></td></tr>");
            else
            {
                html.Add($"<tr><th scope=\"row\">{Capital(gap.Name)}</th><td class=\"num\">{Figures.Number(gap.Difference.Value)}</td><td class=\"num\">{Figures.Range(gap.Difference.Interval)}</td>");
                html.Add($"<td><bdi>{Figures.Clip(gap.High, LongestName)}</bdi></td><td><bdi>{Figures.Clip(gap.Low, LongestName)}</bdi></td></tr>");
            }
        html.Add($"</tbody></table></div>");
        if (compared.Model is { } model)
            html.Add($"<p class=\"quiet\">A decision tells {Figures.Number(model.Disparity)} bits about the group; as much as {Figures.Number(compared.NoiseFloor)} would show by chance.</p>");
    }

    private static string Meaning(string rate, string? positive) => rate switch
    {
        "selection rate" => $"Share of each group's rows that are predicted '{positive}', with intervals.",
        "true positive rate" => $"Share predicted '{positive}' of the rows that are, by group.",
        "false positive rate" => $"Share predicted '{positive}' of the rows that are not, by group.",
        _ => "Share of each group's rows that are predicted right, with intervals.",
    };

    private static string Capital(string words) => char.ToUpperInvariant(words[0]) + words[1..];
}
