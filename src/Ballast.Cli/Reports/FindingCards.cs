using System.Collections;
using System.Globalization;
using Ballast.Cli.Checks;
using Ballast.Core;

namespace Ballast.Cli.Reports;

/// <summary>The findings of the page, one card each.</summary>
internal static class FindingCards
{
    /// <summary>Findings shown; the rest is in findings.json.</summary>
    public const int MostFindings = 200;

    private const int MostRows = 20;
    private const int MostItems = 20;
    private const int LongestText = 600;
    private static readonly HtmlText s_number = new(" class=\"num\"");

    /// <summary>Adds the section; it says so where nothing was found.</summary>
    public static void AddTo(HtmlBuilder html, IReadOnlyList<Finding> findings)
    {
        html.Add($"<section aria-labelledby=\"findings\"><h2 id=\"findings\">Findings</h2>");
        if (findings.Count == 0)
            html.Add($"<p>Nothing was found by these checks. What they do not test for may still be wrong.</p>");
        foreach (var finding in findings.OrderByDescending(finding => finding.Severity).Take(MostFindings))
            AddCard(html, finding);
        if (findings.Count > MostFindings)
            html.Add($"<p class=\"more\">{Figures.Count(MostFindings)} of {Figures.Count(findings.Count)} findings are shown, worst first; all are in <a href=\"findings.json\">findings.json</a>.</p>");
        html.Add($"</section>");
    }

    private static void AddCard(HtmlBuilder html, Finding finding)
    {
        var severity = SeverityWords.Of(finding.Severity);
        html.Add($"<article class=\"card {severity}\">");
        html.Add($"<p class=\"kind\"><span class=\"badge\">{severity}</span> <span class=\"id\">{finding.Id}</span></p>");
        html.Add($"<h3>{Figures.Clip(finding.Title, LongestText)}</h3>");
        html.Add($"<p class=\"action\"><strong>What to do.</strong> {Figures.Clip(finding.Action, LongestText)}</p>");
        html.Add($"<dl>");
        if (finding.Columns.Count > 0)
            AddColumns(html, finding.Columns);
        foreach (var (name, value) in finding.Evidence)
            AddEvidence(html, name, value);
        if (finding.Rows.Count > 0)
            AddRows(html, finding.Rows);
        html.Add($"</dl></article>");
    }

    private static void AddColumns(HtmlBuilder html, IReadOnlyList<string> columns)
    {
        html.Add($"<dt>{(columns.Count == 1 ? "Column" : "Columns")}</dt><dd><ul class=\"names\">");
        foreach (var column in columns.Take(MostItems))
            html.Add($"<li><bdi>{Figures.Clip(column, LongestText)}</bdi></li>");
        html.Add($"</ul>{More(columns.Count)}</dd>");
    }

    private static void AddRows(HtmlBuilder html, IReadOnlyList<int> rows)
    {
        var shown = string.Join(", ", rows.Take(MostRows).Select(row => row.ToString(CultureInfo.InvariantCulture)));
        html.Add($"<dt>Rows</dt><dd class=\"rows\">{shown}");
        if (rows.Count > MostRows)
            html.Add($"<span class=\"more\">first {Figures.Count(MostRows)} of {Figures.Count(rows.Count)}; all in <a href=\"findings.json\">findings.json</a></span>");
        html.Add($"</dd>");
    }

    private static void AddEvidence(HtmlBuilder html, string name, object? value)
    {
        html.Add($"<dt>{Capital(Figures.Clip(Figures.Words(name), LongestText))}</dt><dd>");
        AddValue(html, value);
        html.Add($"</dd>");
    }

    private static void AddValue(HtmlBuilder html, object? value)
    {
        if (value is not null && EvidenceMap.TryRead(value, out var entries))
            AddEntries(html, entries);
        else if (value is IEnumerable list and not string)
            AddList(html, [.. list.Cast<object?>()]);
        else
            AddScalar(html, value);
    }

    private static void AddScalar(HtmlBuilder html, object? value)
    {
        if (value is Estimate estimate)
            html.Add($"<span class=\"figure\">{Figures.Value(estimate)}</span> <span class=\"quiet\">{Spread(estimate)}</span>");
        else
            html.Add($"<bdi>{Figures.Clip(Figures.Scalar(value), LongestText)}</bdi>");
    }

    private static void AddEntries(HtmlBuilder html, List<(string Name, object? Value)> entries)
    {
        html.Add($"<dl>");
        foreach (var (name, value) in entries.Take(MostItems))
        {
            // Inner names are often the user's own (a class, a column), so they stay as they are.
            html.Add($"<dt><bdi>{Figures.Clip(name, LongestText)}</bdi></dt><dd>");
            AddValue(html, value);
            html.Add($"</dd>");
        }
        html.Add($"</dl>{More(entries.Count)}");
    }

    private static void AddList(HtmlBuilder html, object?[] items)
    {
        if (items.Length == 0)
            html.Add($"{Figures.Unknown}");
        else if (items.All(item => item is not null && EvidenceMap.TryRead(item, out _)))
            AddTable(html, items);
        else if (items.All(item => item is null or string or ValueType and not Estimate))
            html.Add($"<ul class=\"names\">{Items(items)}</ul>{More(items.Length)}");
        else
        {
            html.Add($"<ul>");
            foreach (var item in items.Take(MostItems))
            {
                html.Add($"<li>");
                AddValue(html, item);
                html.Add($"</li>");
            }
            html.Add($"</ul>{More(items.Length)}");
        }
    }

    private static void AddTable(HtmlBuilder html, object?[] items)
    {
        var rows = items.Take(MostItems).Select(item => EvidenceMap.TryRead(item!, out var entries) ? entries : []).ToArray();
        var names = rows.SelectMany(row => row.Select(entry => entry.Name)).Distinct().Take(MostItems).ToArray();
        var numeric = names.Where(name => rows.All(row => row.FirstOrDefault(entry => entry.Name == name).Value is null or (ValueType and not (bool or Estimate)))).ToHashSet();
        html.Add($"<div class=\"scroll\" tabindex=\"0\"><table><thead><tr>");
        foreach (var name in names)
            html.Add($"<th scope=\"col\"{(numeric.Contains(name) ? s_number : default)}>{Capital(Figures.Clip(Figures.Words(name), LongestText))}</th>");
        html.Add($"</tr></thead><tbody>");
        foreach (var row in rows)
        {
            html.Add($"<tr>");
            foreach (var name in names)
            {
                html.Add($"<td{(numeric.Contains(name) ? s_number : default)}>");
                AddValue(html, row.FirstOrDefault(entry => entry.Name == name).Value);
                html.Add($"</td>");
            }
            html.Add($"</tr>");
        }
        html.Add($"</tbody></table></div>{More(items.Length)}");
    }

    private static HtmlText Items(object?[] items) =>
        HtmlText.Join(items.Take(MostItems), item => $"<li><bdi>{HtmlBuilder.Encode(Figures.Clip(Figures.Scalar(item), LongestText))}</bdi></li>");

    private static HtmlText More(int count) => count <= MostItems
        ? default
        : new HtmlText($"<span class=\"more\">{MostItems} of {HtmlBuilder.Encode(Figures.Count(count))}; all in <a href=\"findings.json\">findings.json</a></span>");

    private static string Spread(Estimate estimate) =>
        $"{Figures.Level(estimate.Interval)} {Figures.Range(estimate.Interval)}, n = {Figures.Count(estimate.Count)}";

    private static string Capital(string words) => words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];
}
