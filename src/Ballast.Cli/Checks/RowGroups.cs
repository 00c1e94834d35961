using System.Globalization;
using Ballast.Data.Reading;

namespace Ballast.Cli.Checks;

/// <summary>The group of each audited row: a value of the column each, or a quarter of the rows each where it holds many numbers.</summary>
/// <param name="Column">The user's column.</param>
/// <param name="Names">Names of the G groups.</param>
/// <param name="Of">Group 0..G-1 of each audited row; -1 where the column is missing.</param>
/// <param name="Rule">How numbers were divided, for the reader; null where every value is a group.</param>
internal sealed record RowGroups(string Column, string[] Names, int[] Of, string? Rule)
{
    private const int MostNumbers = 20;

    /// <summary>Groups by a column.</summary>
    public static RowGroups By(TableColumn column, ReadOnlySpan<int> positions)
    {
        var codes = new int[positions.Length];
        for (var i = 0; i < codes.Length; i++)
            codes[i] = column.Codes[positions[i]];
        var met = codes.Where(code => code != TableColumn.Missing).Distinct().Order().ToArray();
        return column.Kind is ColumnKind.Numeric or ColumnKind.Date && met.Length > MostNumbers ? ByQuarters(column, codes) : new RowGroups(
            column.Name, [.. met.Select(code => column.Texts[code])], [.. codes.Select(code => code == TableColumn.Missing ? -1 : Array.BinarySearch(met, code))], null);
    }

    /// <summary>Rows of each group.</summary>
    public int[][] Members() => [.. Enumerable.Range(0, Names.Length).Select(g => Enumerable.Range(0, Of.Length).Where(i => Of[i] == g).ToArray())];

    private static RowGroups ByQuarters(TableColumn column, int[] codes)
    {
        double[] sorted = [.. codes.Where(code => code != TableColumn.Missing).Select(code => column.Numbers[code]).Where(double.IsFinite).Order()];
        double[] cuts = [.. new[] { 0.25, 0.5, 0.75 }.Select(share => sorted[(int)(share * (sorted.Length - 1))]).Distinct().Where(cut => cut < sorted[^1])];
        var of = codes.Select(code => code == TableColumn.Missing || !double.IsFinite(column.Numbers[code]) ? -1 : cuts.Count(cut => column.Numbers[code] > cut)).ToArray();
        string[] texts = [.. cuts.Select(cut => Text(column, cut))];
        string[] names = [.. Enumerable.Range(0, cuts.Length + 1).Select(g =>
            g == 0 ? $"up to {texts[0]}" : g == cuts.Length ? $"over {texts[^1]}" : $"over {texts[g - 1]} up to {texts[g]}")];
        return new RowGroups(column.Name, names, of, $"'{column.Name}' holds {codes.Where(code => code != TableColumn.Missing).Distinct().Count()} different values: its rows are compared by quarters.");
    }

    private static string Text(TableColumn column, double value) => column.Kind == ColumnKind.Date
        ? DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(value)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : value.ToString("G6", CultureInfo.InvariantCulture);
}
