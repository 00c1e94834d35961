using System.Globalization;
using Ballast.Core;
using Ballast.Data.Reading;

namespace Ballast.Data.Resampling;

/// <summary>Writes a resampled table in the user's own columns and notation.</summary>
public static class ResampledTable
{
    /// <summary>Name of the column that says where a row comes from.</summary>
    public const string OriginColumn = "ballast_origin";

    /// <summary>The columns of a table that resampling measures by: amounts, categories, booleans and dates, the target left out.</summary>
    public static IReadOnlyList<string> FeatureNames(Table table, string target)
    {
        ArgumentNullException.ThrowIfNull(table);
        return
        [
            .. table.Columns
                .Where(c => c.Name != target && c.Kind is ColumnKind.Numeric or ColumnKind.Categorical or ColumnKind.Boolean or ColumnKind.Date)
                .Select(c => c.Name),
        ];
    }

    /// <summary>Writes a csv: kept and copied rows with their own texts, made rows after them, and the column <see cref="OriginColumn"/>.</summary>
    /// <remarks>
    /// A made row has numbers for amounts, the nearest text that the column knows for dates and booleans, its categories, its class, and what is the same in all rows; other
    /// columns (texts, identifiers) are empty. The origin of a kept row is its 1-based row of the file, of a copy 'copy of 12', of a made row 'between 12 and 40' or 'near 12'.
    /// </remarks>
    /// <param name="table">The table that <paramref name="result"/>'s input was encoded from.</param>
    /// <param name="target">Its target column.</param>
    /// <param name="result">The resampled rows; row ids are rows of the file.</param>
    /// <param name="output">The csv to make; appears whole or not at all.</param>
    /// <param name="cancellation">Stops the writing; no file is left.</param>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static void Write(Table table, string target, ResampleResult result, string output, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(result);
        var data = result.Dataset;
        var features = data.Columns.Select((column, j) => (column.Name, j)).ToDictionary(pair => pair.Name, pair => pair.j);
        var writers = table.Columns.Select(column => MadeText(column, target, data, features)).ToArray();
        var origin = OriginColumn;
        for (var suffix = 2; table.Contains(origin); suffix++)
            origin = $"{OriginColumn}_{suffix}";
        AtomicFile.Write(output, stream =>
        {
            using var writer = new CsvWriter(stream);
            foreach (var column in table.Columns)
                writer.Field(column.Name);
            writer.Field(origin);
            writer.EndRecord();
            for (var i = 0; i < data.Count; i++)
            {
                if (i % 8192 == 0)
                    cancellation.ThrowIfCancellationRequested();
                var from = result.Origins[i];
                var source = from.Kind == RowOriginKind.Synthetic ? -1 : table.RowNumbers.BinarySearch(from.RowId);
                for (var c = 0; c < writers.Length; c++)
                    writer.Field(source >= 0 ? table.Columns[c].Text(source) : writers[c](i));
                writer.Field(Describe(from));
                writer.EndRecord();
            }
        });
    }

    private static string Describe(RowOrigin origin) => origin.Kind switch
    {
        RowOriginKind.Original => $"{origin.RowId + 1}",
        RowOriginKind.Copied => $"copy of {origin.RowId + 1}",
        _ when origin.NeighbourRow >= 0 => $"between {origin.RowId + 1} and {origin.NeighbourRowId + 1}",
        _ => $"near {origin.RowId + 1}",
    };

    private static Func<int, string?> MadeText(TableColumn column, string target, Dataset data, Dictionary<string, int> features)
    {
        if (column.Name == target)
            return row => data.ClassNames[data.Labels.Span[row]];
        if (!features.TryGetValue(column.Name, out var feature))
            return column.Kind == ColumnKind.Constant ? _ => column.Texts[0] : _ => null;
        if (data.Columns[feature].Kind == FeatureKind.Categorical)
            return row => data.Columns[feature].Categories[(int)data.Row(row)[feature]];
        if (column.Kind is ColumnKind.Boolean or ColumnKind.Date)
        {
            var known = column.Texts.Zip(column.Numbers.ToArray()).Where(pair => double.IsFinite(pair.Second)).OrderBy(pair => pair.Second).ToArray();
            var numbers = Array.ConvertAll(known, pair => pair.Second);
            return row => known[Nearest(numbers, data.Row(row)[feature])].First;
        }
        var comma = column.Reading == ValueReading.DecimalComma;
        return row =>
        {
            var text = data.Row(row)[feature].ToString(CultureInfo.InvariantCulture);
            return comma ? text.Replace('.', ',') : text;
        };
    }

    private static int Nearest(double[] ascending, double value)
    {
        var place = Array.BinarySearch(ascending, value);
        if (place >= 0)
            return place;
        var above = Math.Min(~place, ascending.Length - 1);
        return above > 0 && value - ascending[above - 1] <= ascending[above] - value ? above - 1 : above;
    }
}
