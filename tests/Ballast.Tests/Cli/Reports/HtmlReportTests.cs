using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Ballast.Cli.Reports;

namespace Ballast.Tests.Cli.Reports;

public sealed partial class HtmlReportTests
{
    public static TheoryData<string> Reports => SampleReports.Names;

    [Theory]
    [MemberData(nameof(Reports))]
    public void Every_report_is_well_formed(string name)
    {
        var html = HtmlReport.ToHtml(SampleReports.Named(name));

        Assert.Empty(HtmlShape.Faults(html));
        foreach (Match svg in Drawing().Matches(html))
            Assert.Equal("svg", XElement.Parse(svg.Value).Name.LocalName);
    }

    [Theory]
    [MemberData(nameof(Reports))]
    public void A_report_loads_nothing_and_runs_nothing(string name)
    {
        var html = HtmlReport.ToHtml(SampleReports.Named(name));

        var elements = string.Join(' ', HtmlShape.Tags(html).Select(tag => tag.Text)).Replace("\"http://www.w3.org/", "\"", StringComparison.Ordinal);
        Assert.DoesNotMatch("https?://|url\\([^#]|@import|<script|<link|<iframe|<object|<img|<image|<use|<base|\\ssrc=|\\son[a-z]+=|javascript:|data:", elements);
        Assert.DoesNotMatch("https?://|url\\(|@import", Style().Match(html).Value);
    }

    [Fact]
    public void Hostile_text_stays_text()
    {
        var html = HtmlReport.ToHtml(SampleReports.HostileEverywhere);
        var tags = HtmlShape.Tags(html).Select(tag => tag.Name).ToHashSet();

        Assert.DoesNotContain("script", tags);
        Assert.Single(Style().Matches(html));
        Assert.DoesNotContain("<!--", html, StringComparison.Ordinal);
        Assert.DoesNotContain(html, c => char.IsControl(c) && c != '\n');
        Assert.DoesNotContain('\u202E', html);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&amp;amp;", html, StringComparison.Ordinal);
        Assert.Contains("␀␁␛[31m␉�שלום� 日本 &#x1F600;", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_names_change_no_tag_of_the_page()
    {
        static IEnumerable<string> TagsOf(string name) => HtmlShape.Tags(HtmlReport.ToHtml(SampleReports.Ordinary with
        {
            Source = name,
            Target = name,
            Columns = [SampleReports.Ordinary.Columns[0] with { Name = name }],
            Classes = [SampleReports.Ordinary.Classes[0] with { Name = name }],
        })).Select(tag => tag.Name);

        Assert.Equal(TagsOf("plain"), TagsOf(SampleReports.Hostile));
    }

    [Theory]
    [InlineData(nameof(SampleReports.Ordinary), 100_000)]
    [InlineData(nameof(SampleReports.HostileEverywhere), 100_000)]
    [InlineData(nameof(SampleReports.ManyClasses), 200_000)]
    [InlineData(nameof(SampleReports.ManyColumns), 200_000)]
    [InlineData(nameof(SampleReports.ManyRows), 100_000)]
    public void A_report_stays_small(string name, int bytes)
    {
        using var memory = new MemoryStream();

        HtmlReport.Write(SampleReports.Named(name), memory);

        Assert.InRange(memory.Length, 1, bytes);
    }

    [Fact]
    public void Same_report_same_bytes() =>
        Assert.Equal(HtmlReport.ToHtml(SampleReports.Ordinary), HtmlReport.ToHtml(SampleReports.Ordinary));

    [Fact]
    public void The_stream_holds_the_text_in_utf8_without_a_mark_and_stays_open()
    {
        using var memory = new MemoryStream();

        HtmlReport.Write(SampleReports.Ordinary, memory);

        Assert.True(memory.CanWrite);
        Assert.Equal(Encoding.UTF8.GetBytes(HtmlReport.ToHtml(SampleReports.Ordinary)), memory.ToArray());
    }

    [Fact]
    public void Sections_stand_in_order_under_headings_that_skip_no_level()
    {
        var html = HtmlReport.ToHtml(SampleReports.Ordinary);

        var headings = Heading().Matches(html).Select(match => (Level: match.Groups[1].Value, Text: match.Groups[2].Value)).ToArray();
        Assert.Equal("1", headings[0].Level);
        Assert.Equal(
            ["Verdict", "Key figures", "Findings", "Remedies", "Classes", "Reliability of probabilities", "Columns", "Notes", "How to make this again"],
            headings.Where(heading => heading.Level == "2").Select(heading => heading.Text));
        Assert.Equal(SampleReports.Ordinary.Findings.Count, headings.Count(heading => heading.Level == "3"));
    }

    [Fact]
    public void Every_table_head_has_a_scope_and_every_drawing_a_label_and_a_caption()
    {
        var html = HtmlReport.ToHtml(SampleReports.Ordinary);

        Assert.All(HtmlShape.Tags(html).Where(tag => tag.Name == "th"), tag => Assert.Contains("scope=", tag.Text, StringComparison.Ordinal));
        var drawings = HtmlShape.Tags(html).Where(tag => tag.Name == "svg").ToArray();
        Assert.Equal(4, drawings.Length);
        Assert.All(drawings, tag => Assert.Matches("role=\"img\".* aria-label=\"[^\"]{20,}\"", tag.Text));
        Assert.Equal(drawings.Length, html.Split("<figcaption>").Length - 1);
    }

    [Fact]
    public void Findings_stand_worst_first_with_severity_in_words_and_evidence_with_intervals()
    {
        var html = HtmlReport.ToHtml(SampleReports.Ordinary with { Findings = [.. SampleReports.Ordinary.Findings.Reverse()] });

        Assert.Equal(["high", "high", "medium", "low", "info"], Badge().Matches(html).Select(match => match.Groups[1].Value));
        Assert.Contains("Balanced accuracy alone", html, StringComparison.Ordinal);
        Assert.Contains("95% interval 0.990 to 0.997, n = 9,857", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_rows_the_first_twenty_are_shown_and_the_count()
    {
        var html = HtmlReport.ToHtml(SampleReports.ManyRows);

        Assert.Contains("18, 19, 20\n<span class=\"more\">first 20 of 1,000,000; all in <a href=\"findings.json\">", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_columns_the_first_and_those_with_findings_are_shown()
    {
        var html = HtmlReport.ToHtml(SampleReports.ManyColumns);

        Assert.Contains("<th scope=\"row\"><bdi>column9990</bdi></th>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<th scope=\"row\"><bdi>column9989</bdi></th>", html, StringComparison.Ordinal);
        Assert.Contains("201 of 10,000 columns are shown", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_classes_the_largest_thirty_are_drawn_and_all_are_in_the_table()
    {
        var html = HtmlReport.ToHtml(SampleReports.ManyClasses);

        Assert.Contains("Recall of the 30 classes with most rows, of 200", html, StringComparison.Ordinal);
        Assert.Contains("Table of 200 classes", html, StringComparison.Ordinal);
        Assert.All(SampleReports.ManyClasses.Classes, @class => Assert.Contains($"<bdi>{@class.Name}</bdi>", html, StringComparison.Ordinal));
    }

    [Fact]
    public void No_findings_is_no_praise()
    {
        var html = HtmlReport.ToHtml(SampleReports.Empty);

        Assert.Contains("Nothing was found by these checks", html, StringComparison.Ordinal);
        Assert.DoesNotContain("clean", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("id=\"remedies\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Groups_are_drawn_by_rate_with_the_frontier_and_a_rate_without_rows_is_no_figure()
    {
        var html = HtmlReport.ToHtml(SampleReports.Grouped);
        var section = html[html.IndexOf("<h2 id=\"groups\"", StringComparison.Ordinal)..html.IndexOf("<h2 id=\"columns\"", StringComparison.Ordinal)];

        Assert.Equal(3, Drawing().Count(section));
        Assert.Contains("aria-label=\"True positive rate of 1 row with intervals: 36 months 0.210.\"", section, StringComparison.Ordinal);
        Assert.Contains("The model: 0.940 at 0.010", section, StringComparison.Ordinal);
        Assert.Contains("no rows", section, StringComparison.Ordinal);
        Assert.Contains("not defined", section, StringComparison.Ordinal);
    }

    [Fact]
    public void Regression_has_no_sections_about_classes()
    {
        var html = HtmlReport.ToHtml(SampleReports.Regression);

        Assert.DoesNotContain("id=\"classes\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"reliability\"", html, StringComparison.Ordinal);
        Assert.Contains("1,190 to 1,281", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_are_unique_and_every_reference_finds_its_id()
    {
        var html = HtmlReport.ToHtml(SampleReports.Ordinary);

        var ids = Id().Matches(html).Select(match => match.Groups[1].Value).ToArray();
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.All(Reference().Matches(html).Select(match => match.Groups[1].Value), id => Assert.Contains(id, ids));
    }

    [Fact]
    public void Thousands_of_findings_are_cut_and_counted()
    {
        var many = SampleReports.Ordinary with { Findings = [.. Enumerable.Range(0, 5000).Select(i => SampleReports.Ordinary.Findings[3] with { Id = $"identifier-column-{i}" })] };

        var html = HtmlReport.ToHtml(many);

        Assert.InRange(html.Length, 1, 400_000);
        Assert.Contains("200 of 5,000 findings are shown", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_of_a_million_letters_does_not_swell_the_page()
    {
        var name = new string('x', 1_000_000);

        var html = HtmlReport.ToHtml(SampleReports.Ordinary with
        {
            Source = name,
            Columns = [SampleReports.Ordinary.Columns[0] with { Name = name }],
            Findings = [SampleReports.Ordinary.Findings[0] with { Title = name, Columns = [name] }],
        });

        Assert.InRange(html.Length, 1, 100_000);
    }

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Drawing();

    [GeneratedRegex("<style>.*?</style>", RegexOptions.Singleline)]
    private static partial Regex Style();

    [GeneratedRegex("<h([1-6])[^>]*>(.*?)</h\\1>")]
    private static partial Regex Heading();

    [GeneratedRegex("class=\"badge\">([a-z]+)<")]
    private static partial Regex Badge();

    [GeneratedRegex("\\sid=\"([^\"]*)\"")]
    private static partial Regex Id();

    [GeneratedRegex("(?:url\\(#|aria-labelledby=\")([^\")]*)")]
    private static partial Regex Reference();
}
