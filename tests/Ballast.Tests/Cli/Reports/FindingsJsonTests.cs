using System.Text;
using System.Text.Json;
using Ballast.Cli.Checks;
using Ballast.Cli.Reports;
using Ballast.Core;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Reports;

public sealed class FindingsJsonTests
{
    public static TheoryData<string> Reports => SampleReports.Names;

    [Fact]
    public void The_contract_is_as_it_was_written_down()
    {
        var expected = File.ReadAllText(Path.Combine(GoldenFiles.FixturesFolder, "Reports", "findings.json"));

        Assert.Equal(expected, FindingsJson.ToJson(SampleReports.Ordinary), ignoreLineEndingDifferences: false);
    }

    [Theory]
    [MemberData(nameof(Reports))]
    public void Every_report_parses_and_is_complete(string name)
    {
        var report = SampleReports.Named(name);

        using var json = JsonDocument.Parse(FindingsJson.ToJson(report));

        var root = json.RootElement;
        Assert.Equal(1, root.GetProperty("formatVersion").GetInt32());
        Assert.Equal(report.Rows, root.GetProperty("rows").GetInt32());
        Assert.Equal(report.Columns.Count, root.GetProperty("columns").GetArrayLength());
        Assert.Equal(report.Classes.Count, root.GetProperty("classes").GetArrayLength());
        Assert.Equal(report.Remedies.Count, root.GetProperty("remedies").GetArrayLength());
        Assert.Equal(report.Reliability.Count, root.GetProperty("reliability").GetArrayLength());
        Assert.Equal(report.Groups?.Groups.Count ?? 0, root.TryGetProperty("groups", out var groups) ? groups.GetProperty("groups").GetArrayLength() : 0);
        Assert.Equal(report.Findings.Select(finding => finding.Rows.Count), root.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("rows").GetArrayLength()));
    }

    [Fact]
    public void Texts_come_back_as_they_were_but_for_what_unicode_cannot_hold()
    {
        using var json = JsonDocument.Parse(FindingsJson.ToJson(SampleReports.HostileEverywhere));

        var expected = SampleReports.Hostile.Replace('\ud800', '\uFFFD').Replace("\uFFFD😀", "\ud83d\ude00", StringComparison.Ordinal);
        Assert.Equal(expected, json.RootElement.GetProperty("source").GetString());
        Assert.Equal(expected, json.RootElement.GetProperty("findings")[0].GetProperty("evidence").GetProperty("list")[0].GetString());
    }

    [Fact]
    public void Figures_that_are_not_finite_are_null()
    {
        using var json = JsonDocument.Parse(FindingsJson.ToJson(SampleReports.HostileEverywhere));

        var remedy = json.RootElement.GetProperty("remedies")[0];
        Assert.Equal(JsonValueKind.Null, remedy.GetProperty("after").ValueKind);
        Assert.All(remedy.GetProperty("interval").EnumerateArray(), end => Assert.Equal(JsonValueKind.Null, end.ValueKind));
    }

    [Fact]
    public void Evidence_may_hold_numbers_texts_truths_estimates_lists_and_dictionaries()
    {
        var evidence = new Dictionary<string, object>
        {
            ["whole"] = long.MinValue,
            ["small"] = (byte)7,
            ["real"] = 0.1,
            ["single"] = 0.5f,
            ["truth"] = true,
            ["word"] = Severity.Low,
            ["interval"] = new Interval(-1, double.NaN),
            ["nested"] = new SortedDictionary<string, Estimate> { ["b"] = new(2, new Interval(1, 3), 4) },
            ["list"] = new object?[] { 1, "two", null, new[] { 0.25, double.NegativeInfinity } },
        };

        using var json = JsonDocument.Parse(FindingsJson.ToJson(SampleReports.Ordinary with { Findings = [SampleReports.Ordinary.Findings[0] with { Evidence = evidence }] }));

        var written = JsonSerializer.Serialize(json.RootElement.GetProperty("findings")[0].GetProperty("evidence"));
        Assert.Equal(
            """{"interval":[-1,null],"list":[1,"two",null,[0.25,null]],"nested":{"b":{"value":2,"interval":[1,3],"n":4}},"real":0.1,"single":0.5,"small":7,"truth":true,"whole":-9223372036854775808,"word":"Low"}""",
            written);
    }

    [Fact]
    public void Evidence_without_a_form_is_refused_by_name()
    {
        var report = SampleReports.Ordinary with { Findings = [SampleReports.Ordinary.Findings[0] with { Evidence = new Dictionary<string, object> { ["x"] = new Uri("file:///x") } }] };

        var error = Assert.Throws<ArgumentException>(() => FindingsJson.ToJson(report));

        Assert.Contains("leakage-1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_order_in_which_evidence_was_added_changes_no_byte()
    {
        var finding = SampleReports.Ordinary.Findings[0];
        var turned = finding with { Evidence = finding.Evidence.Reverse().ToDictionary() };

        Assert.Equal(
            FindingsJson.ToJson(SampleReports.Ordinary with { Findings = [finding] }),
            FindingsJson.ToJson(SampleReports.Ordinary with { Findings = [turned] }));
    }

    [Fact]
    public void A_stream_that_is_written_to_stays_open_and_holds_utf8_without_a_mark()
    {
        using var memory = new MemoryStream();

        FindingsJson.Write(SampleReports.Ordinary, memory);

        Assert.True(memory.CanWrite);
        Assert.Equal(Encoding.UTF8.GetBytes(FindingsJson.ToJson(SampleReports.Ordinary)), memory.ToArray());
        Assert.Equal((byte)'{', memory.ToArray()[0]);
    }
}
