using Ballast.Cli.Reports;
using Ballast.Evaluation.Slices;

namespace Ballast.Cli.Checks;

/// <summary>Parts of the table, described by their own columns, where predictions are worse than elsewhere beyond chance.</summary>
internal sealed class WeakSliceCheck : ICheck
{
    public string Id => "weak-slice";

    public void Run(Audit audit, CancellationToken cancellation)
    {
        var data = audit.Judged?.Data ?? audit.Data();
        if (data.Width == 0)
            return;
        var finder = new SliceFinder(new SliceFinderOptions { Seed = audit.Options.Seed });
        var losses = audit.Losses!;
        var report = audit.IsClassification
            ? finder.Find(data, Array.ConvertAll(losses, loss => loss > 0), cancellation)
            : finder.Find(data, losses, cancellation);
        audit.Slices = report.Slices;
        foreach (var slice in report.Slices)
        {
            var what = audit.IsClassification ? $"{Figures.Percent(slice.Inside.Value)} wrong against {Figures.Percent(slice.Outside.Value)} elsewhere" : $"mean absolute error {slice.Inside.Value:G3} against {slice.Outside.Value:G3} elsewhere";
            audit.Report(Id, slice.Inside.Value >= 2 * slice.Outside.Value && slice.Rows.Length >= 0.02 * data.Count ? Severity.High : Severity.Medium,
                $"Where {slice.Description}: {what}.", [.. slice.Conditions.Select(c => c.Column).Distinct()],
                [.. slice.Rows.ToArray().Select(i => data.RowIds.Span[i] + 1)], new()
                {
                    ["slice"] = slice.Description,
                    ["rows_in_slice"] = slice.Rows.Length,
                    ["inside"] = slice.Inside,
                    ["outside"] = slice.Outside,
                    ["p_value"] = slice.PValue,
                    ["p_value_adjusted"] = slice.AdjustedPValue,
                    ["how"] = $"found on {report.SearchRows} rows, tested on {report.TestRows} others; {report.Tested} slices tested, Holm's correction",
                }, "Look at these rows: wrong labels, a missing feature, or too few rows of this kind.");
        }
    }
}
