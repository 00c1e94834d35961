using System.Globalization;
using Ballast.Core;
using Ballast.Data.Reading;

namespace Ballast.Cli.Checks;

/// <summary>Writes <c>suggested.csv</c>: the user's table, every row in its order, with what the audit says of each row.</summary>
internal static class SuggestedTable
{
    /// <summary>Writes the table; rows that were not examined have empty added columns.</summary>
    public static void Write(CheckOutcome outcome, string path, IProgress<ProgressUpdate>? progress, CancellationToken cancellation)
    {
        var audit = outcome.Audit;
        var suspect = new Dictionary<int, (bool Suspect, string Suggested, double Quality)>();
        var (data, quality) = (audit.Everything, Quality(audit));
        for (var i = 0; i < data.Count; i++)
            suspect[data.RowIds.Span[i]] = (IsSuspect(audit, i), Suggested(audit, i), quality is null ? double.NaN : quality[i]);

        var duplicateOf = new Dictionary<int, int>();
        for (var row = 0; row < audit.Table.RowCount; row++)
            if (audit.Duplicates is { } duplicates && duplicates.DuplicateOf[row] >= 0)
                duplicateOf[audit.Table.RowNumbers[row]] = audit.FileRow(duplicates.DuplicateOf[row]);

        var slices = new Dictionary<int, string>();
        foreach (var slice in audit.Slices.Reverse())
            foreach (var i in slice.Rows.Span)
                slices[data.RowIds.Span[i]] = slice.Description;

        TableWriter.Append(audit.Table.Source, path,
        [
            new("ballast_suspect_label", row => suspect.TryGetValue(row, out var s) ? s.Suspect ? "true" : "false" : null),
            new("ballast_suggested_label", row => suspect.TryGetValue(row, out var s) ? s.Suggested : null),
            new("ballast_label_quality", row => suspect.TryGetValue(row, out var s) && !double.IsNaN(s.Quality) ? s.Quality.ToString("0.######", CultureInfo.InvariantCulture) : null),
            new("ballast_duplicate_of", row => duplicateOf.TryGetValue(row, out var first) ? first.ToString(CultureInfo.InvariantCulture) : null),
            new("ballast_slice", row => slices.GetValueOrDefault(row)),
        ], progress: progress, cancellation: cancellation);
    }

    private static bool IsSuspect(Audit audit, int i) => audit.IsClassification
        ? audit.Suspected?.Mask[i] == true
        : audit.Losses is { } losses && TargetOutliersCheck.Spread(losses) is > 0 and var spread && losses[i] > TargetOutliersCheck.Limit * spread;

    private static string Suggested(Audit audit, int i) => audit switch
    {
        { Suspected: { } suspected } when suspected.Mask[i] => audit.Everything.ClassNames[suspected.Issues.SuggestedLabel[i]],
        { IsClassification: true } => audit.Everything.ClassNames[audit.Everything.Labels.Span[i]],
        { PredictedTargets: { } predicted } when IsSuspect(audit, i) => predicted[i].ToString("G6", CultureInfo.InvariantCulture),
        _ => audit.Table[audit.Options.Target].Text(audit.Positions[i]) ?? "",
    };

    // For real targets: exp(-residual / spread), 1 where the prediction agrees.
    private static double[]? Quality(Audit audit)
    {
        if (audit.Suspected is { } suspected)
            return suspected.Issues.Quality;
        if (audit.Losses is not { } losses || TargetOutliersCheck.Spread(losses) is not (> 0 and var spread))
            return null;
        return Array.ConvertAll(losses, loss => Math.Exp(-loss / spread));
    }
}
