using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Ballast.Cli.Checks;
using Ballast.Core;
using Ballast.Evaluation.Fairness;

namespace Ballast.Cli.Reports;

/// <summary>Writes <c>findings.json</c>, the report for programs. docs/findings.md states the contract.</summary>
/// <remarks>
/// The same report gives the same bytes: properties in a fixed order, dictionary keys in ordinal order, invariant numbers, UTF-8 without a byte order mark, <c>\n</c> line ends.
/// JSON has no NaN or infinity; such figures are written as null. A lone surrogate in a user's text becomes U+FFFD.
/// </remarks>
public static class FindingsJson
{
    /// <summary>The version of the contract; it grows when a reader of the former would misunderstand, not when properties are added.</summary>
    public const int FormatVersion = 1;

    private static readonly JsonWriterOptions s_options = new()
    {
        Indented = true,
        NewLine = "\n",
        // Names in any script stay readable; quotes, <, > and & are escaped still, so the text may stand inside HTML.
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    /// <summary>Writes the report to <paramref name="output"/>, which stays open.</summary>
    /// <exception cref="ArgumentException">A finding's evidence holds a value that the contract has no form for.</exception>
    public static void Write(CheckReport report, Stream output)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(output);
        using (var json = new Utf8JsonWriter(output, s_options))
            WriteReport(json, report);
        output.WriteByte((byte)'\n');
    }

    /// <summary>The same as text.</summary>
    /// <exception cref="ArgumentException">A finding's evidence holds a value that the contract has no form for.</exception>
    public static string ToJson(CheckReport report)
    {
        using var memory = new MemoryStream();
        Write(report, memory);
        return Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length);
    }

    private static void WriteReport(Utf8JsonWriter json, CheckReport report)
    {
        json.WriteStartObject();
        json.WriteNumber("formatVersion", FormatVersion);
        json.WriteString("version", report.Version);
        json.WriteString("source", report.Source);
        json.WriteString("target", report.Target);
        json.WriteString("task", report.Task);
        json.WriteString("taskReason", report.TaskReason);
        json.WriteNumber("totalRows", report.TotalRows);
        json.WriteNumber("rows", report.Rows);
        json.WriteString("samplingRule", report.SamplingRule);
        json.WriteNumber("seed", report.Seed);
        json.WriteString("model", report.Model);
        WriteList(json, "findings", report.Findings.OrderByDescending(finding => finding.Severity), WriteFinding);
        WriteList(json, "remedies", report.Remedies, WriteRemedy);
        json.WriteStartObject("metrics");
        foreach (var (name, estimate) in report.Metrics.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            WriteEstimate(json, name, estimate);
        json.WriteEndObject();
        WriteList(json, "classes", report.Classes, WriteClass);
        WriteList(json, "reliability", report.Reliability, WriteReliability);
        if (report.Groups is { } groups)
            WriteGroups(json, groups);
        WriteList(json, "columns", report.Columns, WriteColumn);
        WriteTexts(json, "notes", report.Notes);
        json.WriteEndObject();
    }

    private static void WriteFinding(Utf8JsonWriter json, Finding finding)
    {
        json.WriteString("id", finding.Id);
        json.WriteString("check", finding.Check);
        json.WriteString("severity", SeverityWords.Of(finding.Severity));
        json.WriteString("title", finding.Title);
        WriteTexts(json, "columns", finding.Columns);
        // On one line: a finding may concern a million rows.
        json.WritePropertyName("rows");
        json.WriteRawValue($"[{string.Join(',', finding.Rows)}]", skipInputValidation: true);
        json.WritePropertyName("evidence");
        WriteEvidence(json, finding.Evidence, finding.Id);
        json.WriteString("action", finding.Action);
    }

    private static void WriteRemedy(Utf8JsonWriter json, RemedyResult remedy)
    {
        json.WriteString("name", remedy.Name);
        json.WriteString("metric", remedy.Metric);
        WriteFigure(json, "before", remedy.Before);
        WriteFigure(json, "after", remedy.After);
        WriteInterval(json, remedy.Interval);
        json.WriteBoolean("chosen", remedy.Chosen);
        json.WriteString("note", remedy.Note);
    }

    private static void WriteClass(Utf8JsonWriter json, ClassSummary @class)
    {
        json.WriteString("name", @class.Name);
        json.WriteNumber("rows", @class.Rows);
        WriteEstimate(json, "recall", @class.Recall);
        WriteEstimate(json, "precision", @class.Precision);
        json.WriteNumber("suspects", @class.Suspects);
    }

    private static void WriteReliability(Utf8JsonWriter json, ReliabilityPoint point)
    {
        WriteFigure(json, "confidence", point.Confidence);
        WriteEstimate(json, "accuracy", point.Accuracy);
    }

    private static void WriteGroups(Utf8JsonWriter json, GroupComparison groups)
    {
        json.WriteStartObject("groups");
        json.WriteString("column", groups.Column);
        json.WriteString("positive", groups.Positive);
        WriteList(json, "groups", groups.Groups, WriteGroup);
        WriteList(json, "gaps", groups.Gaps, WriteGap);
        json.WriteStartObject("disparity");
        WriteFigure(json, "bits", groups.Model?.Disparity ?? double.NaN);
        WriteFigure(json, "noiseFloor", groups.NoiseFloor);
        WriteFigure(json, "accuracy", groups.Model?.Accuracy ?? double.NaN);
        json.WriteEndObject();
        WriteList(json, "frontier", groups.Frontier, WriteFrontierStep);
        json.WriteEndObject();
    }

    private static void WriteGroup(Utf8JsonWriter json, GroupSummary group)
    {
        json.WriteString("name", group.Name);
        json.WriteNumber("rows", group.Rows);
        json.WriteStartObject("rates");
        foreach (var (name, estimate) in group.Rates.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            WriteEstimate(json, name, estimate);
        json.WriteEndObject();
    }

    private static void WriteGap(Utf8JsonWriter json, GroupGap gap)
    {
        json.WriteString("name", gap.Name);
        WriteEstimate(json, "difference", gap.Difference);
        json.WriteString("high", gap.High);
        json.WriteString("low", gap.Low);
        WriteTexts(json, "leftOut", gap.LeftOut);
    }

    private static void WriteFrontierStep(Utf8JsonWriter json, FrontierStep step)
    {
        WriteFigure(json, "disparity", step.Disparity);
        WriteFigure(json, "accuracy", step.Accuracy);
        WriteFigure(json, "anyPredictor", step.AnyPredictor);
    }

    private static void WriteColumn(Utf8JsonWriter json, ColumnSummary column)
    {
        json.WriteString("name", column.Name);
        json.WriteString("kind", column.Kind);
        json.WriteString("reason", column.Reason);
        json.WriteNumber("distinct", column.Distinct);
        json.WriteNumber("missing", column.Missing);
        json.WriteString("use", column.Use);
    }

    private static void WriteList<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> writeProperties)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            writeProperties(json, item);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static void WriteFigure(Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        WriteFigure(json, value);
    }

    private static void WriteFigure(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value == 0 ? 0 : value); // -0 would surprise readers that compare texts
        else
            json.WriteNullValue();
    }

    private static void WriteInterval(Utf8JsonWriter json, Interval interval)
    {
        json.WriteStartArray("interval");
        WriteFigure(json, interval.Low);
        WriteFigure(json, interval.High);
        json.WriteEndArray();
    }

    private static void WriteEstimate(Utf8JsonWriter json, string name, Estimate estimate)
    {
        json.WritePropertyName(name);
        WriteEstimate(json, estimate);
    }

    private static void WriteEstimate(Utf8JsonWriter json, Estimate estimate)
    {
        json.WriteStartObject();
        WriteFigure(json, "value", estimate.Value);
        WriteInterval(json, estimate.Interval);
        json.WriteNumber("n", estimate.Count);
        json.WriteEndObject();
    }

    private static void WriteEvidence(Utf8JsonWriter json, object? value, string finding)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case Estimate estimate:
                WriteEstimate(json, estimate);
                break;
            case Interval interval:
                json.WriteStartArray();
                WriteFigure(json, interval.Low);
                WriteFigure(json, interval.High);
                json.WriteEndArray();
                break;
            case double or float or Half:
                WriteFigure(json, Convert.ToDouble(value is Half half ? (double)half : value, CultureInfo.InvariantCulture));
                break;
            case sbyte or short or int or long:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case byte or ushort or uint or ulong:
                json.WriteNumberValue(Convert.ToUInt64(value, CultureInfo.InvariantCulture));
                break;
            case decimal number:
                json.WriteNumberValue(number);
                break;
            case Enum or char:
                json.WriteStringValue(value.ToString());
                break;
            case DateTime or DateTimeOffset or DateOnly:
                json.WriteStringValue(((IFormattable)value).ToString("O", CultureInfo.InvariantCulture));
                break;
            case not null when EvidenceMap.TryRead(value, out var entries):
                json.WriteStartObject();
                foreach (var (name, inner) in entries.OrderBy(entry => entry.Name, StringComparer.Ordinal))
                {
                    json.WritePropertyName(name);
                    WriteEvidence(json, inner, finding);
                }
                json.WriteEndObject();
                break;
            case IEnumerable list:
                json.WriteStartArray();
                foreach (var item in list)
                    WriteEvidence(json, item, finding);
                json.WriteEndArray();
                break;
            default:
                throw new ArgumentException($"Finding {finding} holds evidence of type {value!.GetType()}, which findings.json has no form for.");
        }
    }
}
