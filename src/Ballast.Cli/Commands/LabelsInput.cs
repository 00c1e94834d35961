using System.Globalization;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Evaluation.Calibration;
using Ballast.Exchange;

namespace Ballast.Cli.Commands;

/// <summary>Given labels and predicted probabilities, read from npy files or from tables (csv, JSON lines, Parquet).</summary>
/// <param name="Predictions">n x K probabilities.</param>
/// <param name="Labels">n given labels in 0..K-1.</param>
/// <param name="ClassNames">The probability table's column names; the numbers 0..K-1 for an array.</param>
internal sealed record LabelsInput(Predictions Predictions, int[] Labels, IReadOnlyList<string> ClassNames)
{
    public static LabelsInput Read(
        string probabilities, string labels, IProgress<ProgressUpdate>? progress, CancellationToken cancellation, ScoreKind kind = ScoreKind.Probabilities)
    {
        var (values, names) = IsArray(probabilities) ? ProbabilityArray(probabilities, cancellation) : ProbabilityTable(probabilities, progress, cancellation);
        var given = IsArray(labels) ? LabelArray(labels, cancellation) : LabelTable(labels, names, progress, cancellation);
        if (given.Length * (long)names.Count != values.Length)
            throw new DataFormatException(labels, $"{given.Length:N0} labels", $"one for each of the {values.Length / names.Count:N0} rows of '{probabilities}'");
        for (var i = 0; i < given.Length; i++)
            if ((uint)given[i] >= (uint)names.Count)
                throw new DataFormatException(labels, $"the label {given[i]}", $"class numbers from 0 to {names.Count - 1}", row: i + 1);
        return new LabelsInput(kind == ScoreKind.Logits ? new Logits(values, names.Count).ToPredictions() : new Predictions(values, names.Count), given, names);
    }

    private static bool IsArray(string path) => Path.GetExtension(path).Equals(".npy", StringComparison.OrdinalIgnoreCase);

    private static (double[] Values, IReadOnlyList<string> Names) ProbabilityArray(string path, CancellationToken cancellation)
    {
        var array = NpyFile.Read<double>(path, cancellation);
        if (array.Shape is not [_, > 0])
            throw new DataFormatException(path, $"an array of shape ({string.Join(", ", array.Shape)})", "rows x classes");
        return (array.Values, [.. Enumerable.Range(0, array.Shape[1]).Select(k => k.ToString(CultureInfo.InvariantCulture))]);
    }

    private static (double[] Values, IReadOnlyList<string> Names) ProbabilityTable(string path, IProgress<ProgressUpdate>? progress, CancellationToken cancellation)
    {
        var table = TableReader.Read(path, progress: progress, cancellation: cancellation);
        var classes = table.Columns.Count;
        var values = new double[checked(table.RowCount * classes)];
        for (var k = 0; k < classes; k++)
            for (var i = 0; i < table.RowCount; i++)
            {
                var value = table.Columns[k].Number(i);
                if (double.IsNaN(value))
                    throw new DataFormatException(path, $"'{table.Columns[k].Text(i)}'", "a probability", column: table.Columns[k].Name, row: i + 1);
                values[i * classes + k] = value;
            }
        return (values, [.. table.Columns.Select(column => column.Name)]);
    }

    private static int[] LabelArray(string path, CancellationToken cancellation)
    {
        var array = NpyFile.Read<int>(path, cancellation);
        return array.Shape is [_] or [_, 1]
            ? array.Values
            : throw new DataFormatException(path, $"an array of shape ({string.Join(", ", array.Shape)})", "one label a row");
    }

    // A label is a class's column name in the probabilities or, failing that, its number.
    private static int[] LabelTable(string path, IReadOnlyList<string> names, IProgress<ProgressUpdate>? progress, CancellationToken cancellation)
    {
        var table = TableReader.Read(path, progress: progress, cancellation: cancellation);
        if (table.Columns.Count != 1)
            throw new DataFormatException(path, $"{table.Columns.Count} columns", "one column of labels");
        var column = table.Columns[0];
        var classByName = names.Select((name, k) => (name, k)).ToDictionary(pair => pair.name, pair => pair.k);
        var classOfCode = column.Texts.Select(text =>
            classByName.TryGetValue(text, out var k) || int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out k) ? k : (int?)null).ToArray();
        var labels = new int[table.RowCount];
        for (var i = 0; i < labels.Length; i++)
            labels[i] = (column.IsMissing(i) ? null : classOfCode[column.Codes[i]])
                ?? throw new DataFormatException(path, $"'{column.Text(i)}'", $"a class number or one of {string.Join(", ", names.Take(10))}", column: column.Name, row: i + 1);
        return labels;
    }
}
