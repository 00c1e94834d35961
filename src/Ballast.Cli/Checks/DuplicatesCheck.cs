using Ballast.Cli.Reports;
using Ballast.Data.Duplicates;
using Ballast.Data.Reading;

namespace Ballast.Cli.Checks;

/// <summary>Rows that stand in the table more than once, exactly or nearly: they weigh double, and split over folds they fake accuracy.</summary>
internal sealed class DuplicatesCheck : ICheck
{
    public string Id => "duplicates";

    public void Run(Audit audit, CancellationToken cancellation)
    {
        var compared = audit.Features().Select(c => c.Name).ToArray();
        if (compared.Length == 0)
            return;
        // What was set aside describes no row, but rows that are nearly equal and share it are one record.
        string[] witnesses = [.. audit.Table.Columns.Where(c => c.Name != audit.Options.Target && !audit.Options.Ignore.Contains(c.Name) && !compared.Contains(c.Name)
            && c.Kind is not (ColumnKind.Empty or ColumnKind.Constant or ColumnKind.Ignored)).Select(c => c.Name)];
        var duplicates = DuplicateRows.Find(audit.Table, compared, witnesses, audit.IsClassification ? audit.Options.Target : null, audit.Options.Seed, cancellation);
        audit.Duplicates = duplicates;

        ReportCopies(audit, duplicates, exact: true);
        ReportCopies(audit, duplicates, exact: false);
        ReportContradictions(audit, duplicates);
    }

    private void ReportCopies(Audit audit, DuplicateRows duplicates, bool exact)
    {
        var copies = duplicates.Copies(exact);
        if (copies.Length == 0)
            return;
        var share = (double)copies.Length / audit.Table.RowCount;
        var what = (exact, copies.Length) switch
        {
            (true, 1) => "repeats an earlier row exactly",
            (true, _) => "repeat an earlier row exactly",
            (false, 1) => "nearly repeats another row",
            (false, _) => "nearly repeat another row",
        };
        audit.Report(Id, share >= 0.01 ? Severity.Medium : Severity.Low, $"{Figures.Count(copies.Length, "row", "rows")} ({Figures.Percent(share)}) {what}.", [], audit.FileRows(copies), new()
        {
            ["copies"] = copies.Length,
            ["share"] = share,
            ["compared_columns"] = "all features; not the target, not the columns set aside",
            ["first_pairs"] = copies.Take(10).Select(row => $"row {audit.FileRow(row)} repeats row {audit.FileRow(duplicates.DuplicateOf[row])}").ToArray(),
        }, exact
            ? "Keep one of each unless the repeats are real events; never let copies of a row stand in both training and test data (here they share a fold)."
            : "Compare the pairs: the same event entered twice differs by rounding, case or one corrected cell. Copies share a fold here.");
    }

    private void ReportContradictions(Audit audit, DuplicateRows duplicates)
    {
        if (!audit.IsClassification)
            return;
        var labels = audit.Table[audit.Options.Target];
        var rows = new List<int>();
        for (var row = 0; row < audit.Table.RowCount; row++)
        {
            var first = duplicates.DuplicateOf[row];
            if (first >= 0 && !labels.IsMissing(row) && !labels.IsMissing(first) && labels.Codes[row] != labels.Codes[first])
                rows.Add(row);
        }
        if (rows.Count == 0)
            return;
        audit.Report(Id, rows.Count >= 0.01 * audit.Table.RowCount ? Severity.Medium : Severity.Low, $"{Figures.Count(rows.Count, "repeated row carries another label than the row it repeats", "repeated rows carry another label than the row they repeat")}.", [audit.Options.Target], audit.FileRows([.. rows]), new()
        {
            ["contradictions"] = rows.Count,
            ["first_pairs"] = rows.Take(10).Select(row => $"row {audit.FileRow(row)} says '{labels.Text(row)}', row {audit.FileRow(duplicates.DuplicateOf[row])} says '{labels.Text(duplicates.DuplicateOf[row])}'").ToArray(),
        }, "One label of each pair is wrong, or the features do not settle the label; have a person decide.");
    }
}
