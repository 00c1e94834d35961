using Ballast.Cli.Reports;

namespace Ballast.Cli.Checks;

/// <summary>Classes whose names differ only in case or in the blanks between words: most likely one class, spelt in several ways.</summary>
internal sealed class LabelSpellingCheck : ICheck
{
    public string Id => "label-spelling";

    public void Run(Audit audit, CancellationToken cancellation)
    {
        var data = audit.Everything;
        var counts = data.ClassCounts();
        var alike = Enumerable.Range(0, counts.Length).Where(k => counts[k] > 0).GroupBy(k => Folded(data.ClassNames[k])).Where(same => same.Count() > 1);
        foreach (var same in alike)
        {
            // Letters are classes of their own where case is what is to be recognised.
            if (same.Key.Length < 2)
                continue;
            int[] classes = [.. same.OrderByDescending(k => counts[k])];
            var rarer = classes[1..].ToHashSet();
            int[] rows = [.. Enumerable.Range(0, data.Count).Where(i => rarer.Contains(data.Labels.Span[i])).Select(i => data.RowIds.Span[i] + 1).Order()];
            audit.Report(Id, Severity.Medium,
                $"Classes {string.Join(", ", classes.Select(k => $"'{data.ClassNames[k]}' ({Figures.Count(counts[k], "row", "rows")})"))} differ only in how they are spelt.",
                [audit.Options.Target], rows, new()
                {
                    ["classes"] = classes.Select(k => data.ClassNames[k]).ToArray(),
                    ["rows_of_each"] = classes.Select(k => counts[k]).ToArray(),
                }, $"Where they mean the same, spell them alike ('{data.ClassNames[classes[0]]}') and check again: here they count as {classes.Length} classes, which makes each look rare and its labels wrong.");
        }
    }

    private static string Folded(string name) => string.Join(' ', name.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant();
}
