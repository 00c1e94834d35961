using System.Globalization;
using System.Text;
using Ballast.Cli.Checks;

namespace Ballast.Cli.Reports;

/// <summary>Writes <c>report.html</c>, the report for people: one file that needs nothing else, no script and no network.</summary>
/// <remarks>Every text that comes from the user's data is encoded. The same report gives the same bytes.</remarks>
public static class HtmlReport
{
    private const int MostColumns = 200;
    private const int MostClassRows = 200;
    private const int FoldedFrom = 31;
    private const int LongestName = 200;

    /// <summary>Writes the page in UTF-8 to <paramref name="output"/>, which stays open.</summary>
    public static void Write(CheckReport report, Stream output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write(Encoding.UTF8.GetBytes(ToHtml(report)));
    }

    /// <summary>The page as text.</summary>
    public static string ToHtml(CheckReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var html = new HtmlBuilder();
        AddHead(html, report);
        AddVerdict(html, report);
        AddKeyFigures(html, report);
        FindingCards.AddTo(html, report.Findings);
        if (report.Remedies.Count > 0)
            AddRemedies(html, report.Remedies);
        if (report.Slices.Count > 0)
            SliceSection.AddTo(html, report.Slices);
        if (report.Classes.Count > 0)
            AddClasses(html, report.Classes);
        if (report.Reliability.Count > 0)
            AddReliability(html, report.Reliability);
        if (report.Groups is { } groups)
            GroupSection.AddTo(html, groups);
        AddColumns(html, report);
        if (report.Notes.Count > 0 || report.SamplingRule is not null)
            AddNotes(html, report);
        AddReproduction(html, report);
        html.Add($"</main></body></html>");
        return html.ToString();
    }

    private static void AddHead(HtmlBuilder html, CheckReport report)
    {
        var source = Figures.Clip(report.Source, LongestName);
        html.Add($"<!DOCTYPE html>");
        html.Add($"<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.Add($"<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"generator\" content=\"Ballast {report.Version}\">");
        html.Add($"<title>Check of {source}, target {Figures.Clip(report.Target, LongestName)}</title>");
        html.AddMarkup($"<style>{ReportStyle.Css}</style></head><body><main>");
        html.Add($"<header><p class=\"eyebrow\">Ballast check</p><h1><bdi>{source}</bdi></h1>");
        html.Add($"<p class=\"lead\">Target <strong><bdi>{Figures.Clip(report.Target, LongestName)}</bdi></strong>, {report.Task}: {report.TaskReason}</p></header>");
    }

    private static void AddVerdict(HtmlBuilder html, CheckReport report)
    {
        html.Add($"<section class=\"verdict\" aria-labelledby=\"verdict\"><h2 id=\"verdict\">Verdict</h2>");
        foreach (var sentence in Verdict.Of(report))
            html.Add($"<p>{sentence}</p>");
        html.Add($"</section>");
    }

    private static void AddKeyFigures(HtmlBuilder html, CheckReport report)
    {
        html.Add($"<section aria-labelledby=\"figures\"><h2 id=\"figures\">Key figures</h2><dl class=\"tiles\">");
        AddTile(html, "Rows examined", Figures.Count(report.Rows), report.TotalRows == report.Rows ? "all of the table" : $"of {Figures.Count(report.TotalRows)}");
        AddTile(html, "Columns", Figures.Count(report.Columns.Count), $"{Figures.Count(report.Columns.Count(column => column.Use.StartsWith("feature", StringComparison.Ordinal)))} used as features");
        if (report.Classes.Count > 0)
            AddTile(html, "Classes", Figures.Count(report.Classes.Count), $"rarest: {Figures.Count(report.Classes.Min(@class => @class.Rows), "row", "rows")}");
        foreach (var (name, estimate) in report.Metrics)
            AddTile(html, Capital(Figures.Words(name)), Figures.Value(estimate), Figures.Range(estimate.Interval), $"n = {Figures.Count(estimate.Count)}");
        html.Add($"</dl>");
        if (report.Metrics.Count > 0)
            html.Add($"<p class=\"quiet\">Measured on out-of-fold predictions{(report.Model.Length > 0 ? " of " + report.Model : "")}; below each figure its {Figures.Level(report.Metrics.Values.First().Interval)}.</p>");
        html.Add($"</section>");
    }

    private static void AddTile(HtmlBuilder html, string name, string figure, params string[] notes)
    {
        var below = HtmlText.Join(notes, note => $"<dd class=\"quiet\">{HtmlBuilder.Encode(note)}</dd>");
        html.Add($"<div class=\"tile\"><dt>{name}</dt><dd class=\"big\">{figure}</dd>{below}</div>");
    }

    private static void AddRemedies(HtmlBuilder html, IReadOnlyList<RemedyResult> remedies)
    {
        html.Add($"<section aria-labelledby=\"remedies\"><h2 id=\"remedies\">Remedies</h2>");
        html.Add($"<p>Each was tried and measured on rows that had no part in choosing it. A difference whose interval holds 0 is no proof of a gain.</p>");
        OpenTable(html, ["Remedy", "Metric"], ["Before", "After", "Difference", Capital(Figures.Level(remedies[0].Interval))], ["Verdict"]);
        foreach (var remedy in remedies)
        {
            var verdict = remedy.Chosen ? new HtmlText("<strong class=\"chosen\">✓ used</strong>") : new HtmlText("not used");
            html.Add($"<tr><th scope=\"row\">{Figures.Clip(remedy.Name, LongestName)}</th><td>{remedy.Metric}</td><td class=\"num\">{Figures.Number(remedy.Before)}</td><td class=\"num\">{Figures.Number(remedy.After)}</td>");
            html.Add($"<td class=\"num\">{Figures.Difference(remedy.After - remedy.Before)}</td><td class=\"num\">{Figures.DifferenceRange(remedy.Interval)}</td><td>{verdict}{(remedy.Note.Length > 0 ? ": " + remedy.Note : "")}</td></tr>");
        }
        html.Add($"</tbody></table></div>");
        var plots = remedies.GroupBy(remedy => remedy.Metric).Select((group, i) => (Metric: group.Key, Markup: ReportPlots.Gains([.. group], $"gain{i}")));
        html.Add($"<div class=\"figures\">");
        foreach (var (metric, markup) in plots)
            AddFigure(html, markup, $"Difference in {metric}, after minus before, with intervals. Filled green: used in the model. Hollow grey: not used.");
        html.Add($"</div></section>");
    }

    private static void AddClasses(HtmlBuilder html, IReadOnlyList<ClassSummary> classes)
    {
        var byRows = classes.OrderByDescending(@class => @class.Rows).ToArray();
        html.Add($"<section aria-labelledby=\"classes\"><h2 id=\"classes\">Classes</h2><div class=\"figures\">");
        var drawn = byRows.Take(ReportPlots.MostClasses).ToArray();
        var which = drawn.Length < classes.Count ? $" of the {Figures.Count(drawn.Length)} classes with most rows, of {Figures.Count(classes.Count)}" : "";
        AddFigure(html, ReportPlots.Recall(drawn, "recall"), $"Recall{which}, with intervals: the share of a class's rows that are predicted as that class.");
        html.Add($"</div>");
        Fold(html, classes.Count, "classes", () =>
        {
            OpenTable(html, ["Class"], ["Rows", "Recall", "Interval", "Precision", "Interval", "Suspect labels"], []);
            foreach (var @class in byRows.Take(MostClassRows))
            {
                html.Add($"<tr><th scope=\"row\"><bdi>{Figures.Clip(@class.Name, LongestName)}</bdi></th><td class=\"num\">{Figures.Count(@class.Rows)}</td>");
                html.Add($"<td class=\"num\">{Figures.Number(@class.Recall.Value)}</td><td class=\"num\">{Figures.Range(@class.Recall.Interval)}</td>");
                html.Add($"<td class=\"num\">{Figures.Number(@class.Precision.Value)}</td><td class=\"num\">{Figures.Range(@class.Precision.Interval)}</td><td class=\"num\">{Figures.Count(@class.Suspects)}</td></tr>");
            }
            html.Add($"</tbody></table></div>");
        });
        if (classes.Count > MostClassRows)
            html.Add($"<p class=\"more\">The {Figures.Count(MostClassRows)} classes with most rows of {Figures.Count(classes.Count)}; all are in <a href=\"findings.json\">findings.json</a>.</p>");
        html.Add($"</section>");
    }

    private static void AddReliability(HtmlBuilder html, IReadOnlyList<ReliabilityPoint> points)
    {
        html.Add($"<section aria-labelledby=\"reliability\"><h2 id=\"reliability\">Reliability of probabilities</h2><div class=\"figures\">");
        AddFigure(html, ReportPlots.Reliability(points, "reliability-plot"), "Share predicted right against the mean probability of the predicted class, with intervals. On the dashed line probabilities can be taken at their word; below it they are too sure.");
        OpenTable(html, [], ["Mean probability", "Share right", "Interval", "Rows"], []);
        foreach (var point in points)
            html.Add($"<tr><td class=\"num\">{Figures.Number(point.Confidence)}</td><td class=\"num\">{Figures.Number(point.Accuracy.Value)}</td><td class=\"num\">{Figures.Range(point.Accuracy.Interval)}</td><td class=\"num\">{Figures.Count(point.Accuracy.Count)}</td></tr>");
        html.Add($"</tbody></table></div></div></section>");
    }

    private static void AddColumns(HtmlBuilder html, CheckReport report)
    {
        var concerned = report.Findings.SelectMany(finding => finding.Columns.Take(MostColumns)).Take(MostColumns).ToHashSet();
        var shown = report.Columns.Where((column, i) => i < MostColumns || concerned.Contains(column.Name)).ToArray();
        html.Add($"<section aria-labelledby=\"columns\"><h2 id=\"columns\">Columns</h2>");
        if (shown.Length < report.Columns.Count)
            html.Add($"<p class=\"more\">{Figures.Count(shown.Length)} of {Figures.Count(report.Columns.Count)} columns are shown: the first {MostColumns} and those with findings. All are in <a href=\"findings.json\">findings.json</a>.</p>");
        Fold(html, shown.Length, "columns", () =>
        {
            OpenTable(html, ["Column", "Recognised as", "Why"], ["Distinct", "Missing"], ["Use"]);
            foreach (var column in shown)
            {
                html.Add($"<tr><th scope=\"row\"><bdi>{Figures.Clip(column.Name, LongestName)}</bdi></th><td>{column.Kind}</td><td class=\"why\">{Figures.Clip(column.Reason, LongestName)}</td>");
                html.Add($"<td class=\"num\">{Figures.Count(column.Distinct)}</td><td class=\"num\">{Figures.Count(column.Missing)}</td><td>{Figures.Clip(column.Use, LongestName)}</td></tr>");
            }
            html.Add($"</tbody></table></div>");
        });
        html.Add($"</section>");
    }

    private static void AddNotes(HtmlBuilder html, CheckReport report)
    {
        html.Add($"<section aria-labelledby=\"notes\"><h2 id=\"notes\">Notes</h2><ul class=\"notes\">");
        if (report.SamplingRule is { } rule)
            html.Add($"<li>Sampling: {rule}</li>");
        foreach (var note in report.Notes)
            html.Add($"<li>{note}</li>");
        html.Add($"</ul></section>");
    }

    private static void AddReproduction(HtmlBuilder html, CheckReport report)
    {
        html.Add($"<section aria-labelledby=\"reproduce\"><h2 id=\"reproduce\">How to make this again</h2>");
        if (report.Command.Length > 0)
            html.Add($"<pre class=\"scroll\" tabindex=\"0\"><code>{report.Command}</code></pre>");
        html.Add($"<p class=\"quiet\">Ballast {report.Version}, seed {report.Seed.ToString(CultureInfo.InvariantCulture)}. Row numbers count the data rows of the file from 1; the header is not counted.</p></section>");
    }

    internal static void OpenTable(HtmlBuilder html, string[] texts, string[] numbers, string[] textsAfter)
    {
        html.Add($"<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>{Heads(texts, "")}{Heads(numbers, " class=\"num\"")}{Heads(textsAfter, "")}</tr></thead><tbody>");

        static HtmlText Heads(string[] names, string attributes) =>
            HtmlText.Join(names, name => $"<th scope=\"col\"{attributes}>{HtmlBuilder.Encode(name)}</th>");
    }

    private static void Fold(HtmlBuilder html, int count, string what, Action content)
    {
        if (count < FoldedFrom)
        {
            content();
            return;
        }
        html.Add($"<details><summary>Table of {Figures.Count(count)} {what}</summary>");
        content();
        html.Add($"</details>");
    }

    internal static void AddFigure(HtmlBuilder html, string? svg, string caption)
    {
        if (svg is not null)
            html.Add($"<figure>{new HtmlText(svg)}<figcaption>{caption}</figcaption></figure>");
    }

    private static string Capital(string words) => words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];
}
