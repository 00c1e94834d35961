using System.Globalization;
using Ballast.Cli.Checks;

namespace Ballast.Cli.Reports;

/// <summary>The part of the report that shows slices: a table of all, then some rows of each.</summary>
internal static class SliceSection
{
    private const int LongestText = 200;
    private const int LongestValue = 60;

    public static void AddTo(HtmlBuilder html, IReadOnlyList<SliceSummary> slices)
    {
        var isShare = slices.Any(slice => slice.Expected is not null);
        html.Add($"<section aria-labelledby=\"slices\"><h2 id=\"slices\">Slices</h2>");
        html.Add($"<p>Parts of the table where predictions are worse beyond chance. They were found on some rows; the figures are those of other rows.{(isShare ? " Weak: worse than the model's own probabilities expect there. Hard: as bad as they expect." : "")}</p>");
        var loss = isShare ? "Wrong" : "Mean absolute error";
        HtmlReport.OpenTable(html, ["Slice", .. isShare ? (string[])["Kind"] : []], ["Rows", loss, "Interval", .. isShare ? (string[])["Expected"] : [], "Elsewhere", "Interval"], []);
        foreach (var slice in slices)
        {
            html.Add($"<tr><th scope=\"row\"><bdi>{Figures.Clip(slice.Description, LongestText)}</bdi></th>");
            if (isShare)
                html.Add($"<td>{slice.Kind}</td>");
            html.Add($"<td class=\"num\">{Figures.Count(slice.Rows)}</td><td class=\"num\">{Figures.Number(slice.Inside.Value)}</td><td class=\"num\">{Figures.Range(slice.Inside.Interval)}</td>");
            if (isShare)
                html.Add($"<td class=\"num\">{Figures.Number(slice.Expected ?? double.NaN)}</td>");
            html.Add($"<td class=\"num\">{Figures.Number(slice.Outside.Value)}</td><td class=\"num\">{Figures.Range(slice.Outside.Interval)}</td></tr>");
        }
        html.Add($"</tbody></table></div>");
        foreach (var slice in slices.Where(slice => slice.Examples.Count > 0))
            AddExamples(html, slice);
        html.Add($"</section>");
    }

    private static void AddExamples(HtmlBuilder html, SliceSummary slice)
    {
        html.Add($"<h3><bdi>{Figures.Clip(slice.Description, LongestText)}</bdi></h3><p class=\"quiet\">The rows predicted worst, first.</p>");
        HtmlReport.OpenTable(html, ["Row", .. slice.Examples[0].Values.Select(value => Figures.Clip(value.Key, LongestValue)), "Given", "Predicted"], [], []);
        foreach (var example in slice.Examples)
        {
            html.Add($"<tr><th scope=\"row\">{example.Row.ToString(CultureInfo.InvariantCulture)}</th>");
            foreach (var (_, value) in example.Values)
                html.Add($"<td><bdi>{(value.Length > 0 ? Figures.Clip(value, LongestValue) : Figures.Unknown)}</bdi></td>");
            html.Add($"<td><bdi>{Figures.Clip(example.Given, LongestValue)}</bdi></td><td><bdi>{Figures.Clip(example.Predicted, LongestValue)}</bdi></td></tr>");
        }
        html.Add($"</tbody></table></div>");
    }
}
