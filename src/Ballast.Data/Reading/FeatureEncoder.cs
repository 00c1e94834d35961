using System.Text.Json;
using Ballast.Core;

namespace Ballast.Data.Reading;

/// <summary>Turns columns of a table into features, alike for the table it learned from and for every later one.</summary>
/// <remarks>
/// Amounts, booleans (0/1) and dates (days since 1970-01-01) become numeric features, read from the texts as the first table's were; all else becomes category
/// codes. Missing values, categories not seen by <see cref="Fit"/> and texts that are no number become NaN. Immutable; safe on many threads.
/// </remarks>
public sealed class FeatureEncoder
{
    /// <summary>Codes a categorical feature gets at most unless the caller says otherwise; rarer texts share the last one.</summary>
    public const int DefaultMaxLevels = 255;

    private readonly ValueReading?[] readings;

    private FeatureEncoder(IReadOnlyList<EncodedColumn> columns)
    {
        Columns = columns;
        readings = [.. columns.Select(column => column.Reading is null
            ? null
            : ValueReading.Named(column.Reading) ?? throw new JsonException($"Column '{column.Name}' has the unknown reading '{column.Reading}'."))];
        FeatureColumns = [.. columns.Select(column => column.AsFeature())];
    }

    /// <summary>How each feature is made, in feature order.</summary>
    public IReadOnlyList<EncodedColumn> Columns { get; }

    /// <summary>The features as datasets describe them.</summary>
    public IReadOnlyList<FeatureColumn> FeatureColumns { get; }

    /// <summary>Learns how to encode the named columns.</summary>
    /// <param name="table">The table to learn from.</param>
    /// <param name="featureColumns">Names of the columns to use, in feature order.</param>
    /// <param name="maxLevels">Codes a categorical feature gets at most, at least 2.</param>
    /// <exception cref="ArgumentException">A name does not exist (the message suggests the nearest) or stands twice.</exception>
    public static FeatureEncoder Fit(Table table, IReadOnlyList<string> featureColumns, int maxLevels = DefaultMaxLevels)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(featureColumns);
        Guard.InRange(maxLevels, 2, int.MaxValue);
        if (featureColumns.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"Column '{twice.Key}' is named twice.", nameof(featureColumns));
        return new FeatureEncoder([.. featureColumns.Select(name => FitColumn(table[name], maxLevels))]);
    }

    /// <summary>The features of every row, without labels: for prediction.</summary>
    /// <exception cref="DataFormatException">Columns are missing; all are named. Their order and further columns do not matter.</exception>
    public Dataset Transform(Table table) => Transform(table, target: null).Data;

    /// <summary>The features with labels or targets, and groups where asked for.</summary>
    /// <param name="table">The table.</param>
    /// <param name="target">What to predict; rows without it are left out and named in the result. Null for none.</param>
    /// <param name="groupColumn">Column whose distinct texts are the groups (-1 where missing); null for none.</param>
    /// <exception cref="DataFormatException">Columns are missing; all are named. Or no row has a target.</exception>
    public EncodedTable Transform(Table table, TargetCoding? target, string? groupColumn = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        CheckColumns(table, [.. Columns.Select(column => column.Name), .. target is null ? [] : new[] { target.Column }, .. groupColumn is null ? [] : new[] { groupColumn }]);
        var labels = target?.Task == TaskKind.Classification ? target.Labels(table) : null;
        var targets = target?.Task == TaskKind.Regression ? target.Targets(table) : null;
        var kept = new List<int>(table.RowCount);
        var excluded = new List<int>();
        for (var row = 0; row < table.RowCount; row++)
            if ((labels is null || labels[row] >= 0) && (targets is null || !double.IsNaN(targets[row])))
                kept.Add(row);
            else
                excluded.Add(table.RowNumbers[row]);
        if (kept.Count == 0 && target is not null)
            throw new DataFormatException(table.Source, "no row with a usable target", target.Task == TaskKind.Regression ? "numbers" : $"classes such as '{target.ClassNames[0]}'", column: target.Column);

        var (groups, groupNames) = groupColumn is null ? (null, []) : Groups(table[groupColumn]);
        var data = new Dataset(
            Features(table, kept), kept.Count, FeatureColumns, [FeatureColumns.Count],
            labels is null ? default : kept.ConvertAll(row => labels[row]).ToArray(), target?.ClassNames,
            targets is null ? default : kept.ConvertAll(row => targets[row]).ToArray(),
            groups is null ? default : kept.ConvertAll(row => groups[row]).ToArray(), groupNames,
            rowIds: RowIds(table, kept));
        return new EncodedTable(data, excluded, Notes(table, excluded, target));
    }

    /// <summary>What of a table the features cannot hold, a sentence a column: texts that are no number where numbers were learnt, and categories that were not there to learn. They become NaN.</summary>
    /// <exception cref="DataFormatException">Columns are missing; all are named.</exception>
    public IReadOnlyList<string> Unread(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        CheckColumns(table, Columns.Select(column => column.Name));
        var notes = new List<string>();
        for (var feature = 0; feature < Columns.Count; feature++)
        {
            var column = table[Columns[feature].Name];
            var values = Values(column, feature);
            int[] rows = [.. Enumerable.Range(0, table.RowCount).Where(row => !column.IsMissing(row) && float.IsNaN(values[column.Codes[row]]))];
            if (rows.Length == 0)
                continue;
            var what = Columns[feature].Kind == FeatureKind.Numeric ? "hold no number as the model reads them" : "hold categories that the model has not seen";
            notes.Add($"Column '{column.Name}': {rows.Length:N0} row(s) {what}, such as '{column.Text(rows[0])}', and count as missing (rows {RecordSource.ListOf([.. rows.Select(row => $"{table.RowNumbers[row] + 1}")])}).");
        }
        return notes;
    }

    /// <summary>The encoder as JSON, for a model file.</summary>
    public string ToJson() => JsonSerializer.Serialize(Columns, ReadingJson.Default.IReadOnlyListEncodedColumn);

    /// <summary>The encoder that <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The text is no such encoder.</exception>
    public static FeatureEncoder FromJson(string json)
    {
        var columns = JsonSerializer.Deserialize(json, ReadingJson.Default.IReadOnlyListEncodedColumn) ?? throw new JsonException("The encoder is null.");
        foreach (var column in columns)
            if (column?.Name is null || column.Categories is null || column.Pooled is null || (column.Kind == FeatureKind.Numeric) != column.Reading is not null)
                throw new JsonException("A column of the encoder lacks its name, kind, reading or categories.");
        return new FeatureEncoder(columns);
    }

    /// <summary>Position of each row's text in <paramref name="names"/>; -1 where missing or not there.</summary>
    internal static int[] CodesOf(TableColumn column, IReadOnlyList<string> names)
    {
        var codeOf = new Dictionary<string, int>(names.Count);
        for (var c = 0; c < names.Count; c++)
            codeOf.TryAdd(names[c], c);
        var translated = column.Texts.Select(text => codeOf.GetValueOrDefault(text, -1)).ToArray();
        var result = new int[column.Count];
        for (var row = 0; row < result.Length; row++)
            result[row] = column.IsMissing(row) ? -1 : translated[column.Codes[row]];
        return result;
    }

    private static EncodedColumn FitColumn(TableColumn column, int maxLevels)
    {
        var numeric = column.Kind is ColumnKind.Numeric or ColumnKind.Boolean or ColumnKind.Date or ColumnKind.Empty
            || (column.Kind is ColumnKind.Constant or ColumnKind.Identifier or ColumnKind.Ignored && !column.Numbers.ToArray().Any(double.IsNaN));
        if (numeric)
            return new EncodedColumn(column.Name, FeatureKind.Numeric, ValueReading.Of(column).Name, [], []);
        var counts = new int[column.DistinctCount];
        foreach (var code in column.Codes)
            if (code >= 0)
                counts[code]++;
        var ordered = Enumerable.Range(0, counts.Length)
            .OrderByDescending(code => counts[code]).ThenBy(code => column.Texts[code], StringComparer.Ordinal)
            .Select(code => column.Texts[code]).ToList();
        var own = ordered.Count <= maxLevels ? ordered.Count : maxLevels - 1;
        return new EncodedColumn(column.Name, FeatureKind.Categorical, null, ordered[..own], ordered[own..]);
    }

    private static void CheckColumns(Table table, IEnumerable<string> names)
    {
        var missing = names.Where(name => !table.Contains(name)).Distinct().ToList();
        if (missing.Count == 0)
            return;
        var nearest = missing.Count == 1 ? Spelling.Nearest(missing[0], table.Columns.Select(column => column.Name)) : null;
        throw new DataFormatException(
            table.Source, $"no column {string.Join(", ", missing.Select(name => $"'{name}'"))}{(nearest is null ? "" : $" (is it '{nearest}'?)")}", "every column that is used");
    }

    private float[] Features(Table table, List<int> rows)
    {
        var width = Columns.Count;
        var features = new float[checked(rows.Count * width)];
        Parallel.For(0, width, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, feature =>
        {
            var column = table[Columns[feature].Name];
            var values = Values(column, feature);
            var codes = column.Codes;
            for (var i = 0; i < rows.Count; i++)
                features[i * width + feature] = codes[rows[i]] is >= 0 and var code ? values[code] : float.NaN;
        });
        return features;
    }

    /// <summary>The feature's value for each distinct text of the column.</summary>
    private float[] Values(TableColumn column, int feature)
    {
        if (readings[feature] is { } reading)
            return [.. column.Texts.Select(text => (float)reading.Read(text) is var value && float.IsFinite(value) ? value : float.NaN)];
        var codeOf = new Dictionary<string, float>();
        foreach (var category in Columns[feature].Categories)
            codeOf[category] = codeOf.Count;
        float other = codeOf.Count;
        foreach (var rare in Columns[feature].Pooled)
            codeOf.TryAdd(rare, other);
        return [.. column.Texts.Select(text => codeOf.GetValueOrDefault(text, float.NaN))];
    }

    private static (int[] Groups, string[] Names) Groups(TableColumn column)
    {
        var names = TargetCoding.OrderedTexts(column);
        return (CodesOf(column, names), names);
    }

    private static int[] RowIds(Table table, List<int> kept)
    {
        var ids = new int[kept.Count];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = table.RowNumbers[kept[i]];
        return ids;
    }

    private static List<string> Notes(Table table, List<int> excluded, TargetCoding? target)
    {
        var notes = new List<string>();
        if (target is { Task: TaskKind.Classification } && target.Spellings(table) is { Count: > 0 } spellings)
            notes.Add($"Labels that mean the same are one class: {RecordSource.ListOf([.. spellings.Select(same => $"'{same.Text}' is '{same.ClassName}'")])}.");
        if (excluded.Count > 0)
            notes.Add($"{excluded.Count:N0} rows have no usable '{target!.Column}' and were left out (rows {RecordSource.ListOf([.. excluded.Select(row => (row + 1).ToString())])}).");
        return notes;
    }
}
