using Ballast.Cli.Checks;
using Spectre.Console;

namespace Ballast.Cli.Reports;

/// <summary>What a user sees at the end of <c>ballast check</c>: findings, remedies, and where the rest is written.</summary>
public static class ConsoleSummary
{
    private const int MostFindings = 20;
    private const int LongestText = 160;

    /// <summary>Writes the summary; nothing in a user's text is taken for markup or reaches the terminal as a control character.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="console">Where to write.</param>
    /// <param name="files">Paths of the files written, named at the end; null or empty when there are none.</param>
    public static void Write(CheckReport report, IAnsiConsole console, IReadOnlyList<string>? files = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(console);
        WriteHeader(report, console);
        if (report.Findings.Count > 0)
            WriteFindings(report.Findings, console);
        if (report.Remedies.Count > 0)
            WriteRemedies(report.Remedies, console);
        if (files is { Count: > 0 })
            WriteFiles(files, console);
    }

    private static void WriteHeader(CheckReport report, IAnsiConsole console)
    {
        var rows = report.TotalRows == report.Rows
            ? Figures.Count(report.Rows, "row", "rows")
            : $"{Figures.Count(report.Rows)} of {Figures.Count(report.TotalRows, "row", "rows")}";
        var classes = report.Classes.Count > 0 ? $", {Figures.Count(report.Classes.Count, "class", "classes")}" : "";
        WriteLine(console, $"{report.Source}, target {report.Target} ({report.Task}): {rows}, {Figures.Count(report.Columns.Count, "column", "columns")}{classes}");
        console.WriteLine();
        foreach (var sentence in Verdict.Of(report))
            WriteLine(console, sentence);
    }

    private static void WriteFindings(IReadOnlyList<Finding> findings, IAnsiConsole console)
    {
        var table = NewTable("Severity", "Finding", "Rows");
        table.Columns[0].NoWrap();
        table.Columns[2].RightAligned().NoWrap();
        foreach (var finding in findings.OrderByDescending(finding => finding.Severity).Take(MostFindings))
            table.AddRow(
                new Text(SeverityWords.Of(finding.Severity), StyleOf(finding.Severity)),
                Cell(finding.Title),
                Cell(finding.Rows.Count > 0 ? Figures.Count(finding.Rows.Count) : "-"));
        console.Write(table);
        if (findings.Count > MostFindings)
            WriteLine(console, $"{Figures.Count(findings.Count - MostFindings)} more in findings.json and report.html.");
    }

    private static void WriteRemedies(IReadOnlyList<RemedyResult> remedies, IAnsiConsole console)
    {
        var table = NewTable("Remedy", "Metric", "Before", "After", Figures.Level(remedies[0].Interval) + " of difference", "Used");
        table.Columns[2].RightAligned().NoWrap();
        table.Columns[3].RightAligned().NoWrap();
        table.Columns[4].NoWrap();
        foreach (var remedy in remedies)
            table.AddRow(
                Cell(remedy.Name),
                Cell(remedy.Metric),
                Cell(Figures.Number(remedy.Before)),
                Cell(Figures.Number(remedy.After)),
                Cell(Figures.DifferenceRange(remedy.Interval)),
                remedy.Chosen ? new Text("yes", new Style(Color.Green)) : Cell(remedy.Note.Length > 0 ? $"no: {remedy.Note}" : "no"));
        console.Write(table);
    }

    private static void WriteFiles(IReadOnlyList<string> files, IAnsiConsole console)
    {
        console.WriteLine();
        WriteLine(console, "Written:");
        foreach (var file in files)
            // A path that is cut cannot be copied, so it runs on past the edge.
            console.Write(new Text("  " + VisibleText.Of(file) + "\n") { Overflow = Overflow.Fold });
    }

    private static Table NewTable(params string[] headers)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var header in headers)
            table.AddColumn(new TableColumn(new Text(header)));
        return table;
    }

    private static void WriteLine(IAnsiConsole console, string text)
    {
        console.Write(new Text(VisibleText.Of(text)));
        console.WriteLine();
    }

    private static Text Cell(string text) => new Text(VisibleText.Of(Figures.Clip(text, LongestText)));

    private static Style StyleOf(Severity severity) => severity switch
    {
        Severity.High => new Style(Color.Red, decoration: Decoration.Bold),
        Severity.Medium => new Style(Color.Yellow),
        Severity.Low => new Style(Color.Blue),
        _ => Style.Plain,
    };
}
