using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Evaluation.Slices;
using Ballast.Evaluation.Slices.Clusters;
using Ballast.Evaluation.Slices.Language;

namespace Ballast.Cli.Commands;

/// <summary>Rows with features, true and predicted classes, as <c>ballast slices</c> reads them.</summary>
/// <param name="Data">The features and labels.</param>
/// <param name="Predictions">n predicted classes.</param>
/// <param name="Errors">1 where the prediction is wrong.</param>
/// <param name="LogLosses">-log of the true class's probability; null without probabilities.</param>
/// <param name="Texts">The text of each row, empty where it is missing; null without a column of texts.</param>
internal sealed record SlicesInput(Dataset Data, int[] Predictions, double[] Errors, double[]? LogLosses, string[]? Texts)
{
    private const double LeastProbability = 1e-12;

    public static SlicesInput Read(CommandSession session, string path, string target, string prediction, string? probability, string? text = null)
    {
        var table = TableReader.Read(path, progress: session.Progress, cancellation: session.Cancellation);
        var (truth, decided) = (table[target], table[prediction]);
        if (target == prediction)
            throw new ArgumentException($"'{target}' is given both as --target and as --prediction.");
        int[] kept = [.. Enumerable.Range(0, table.RowCount).Where(row => !truth.IsMissing(row) && !decided.IsMissing(row))];
        if (kept.Length == 0)
            throw new DataFormatException(path, $"no row with a value in both '{target}' and '{prediction}'", "at least one");
        if (kept.Length < table.RowCount)
            session.Warn($"{table.RowCount - kept.Length:N0} of {table.RowCount:N0} rows lack '{target}' or '{prediction}' and were left out.");
        string[] names = [.. kept.SelectMany(row => (string[])[truth.Text(row)!, decided.Text(row)!]).Distinct().Order(StringComparer.Ordinal)];
        var classOf = names.Select((name, k) => (name, k)).ToDictionary(pair => pair.name, pair => pair.k);

        var probabilities = probability is null ? [] : table.Columns.Where(column => column.Name.StartsWith(probability, StringComparison.Ordinal)).ToArray();
        if (probability is not null && probabilities.Length < 2)
            throw new ArgumentException($"{path} has {probabilities.Length} columns whose names begin with '{probability}'; at least 2 are needed.");
        string[] left = [target, prediction, .. text is null ? [] : (string[])[table[text].Name], .. probabilities.Select(column => column.Name)];
        string[] features = [.. table.Columns.Where(column => !left.Contains(column.Name) && column.Kind is ColumnKind.Numeric or ColumnKind.Categorical or ColumnKind.Boolean or ColumnKind.Date).Select(column => column.Name)];
        if (features.Length == 0)
            throw new DataFormatException(path, $"no column besides {string.Join(", ", left.Select(name => $"'{name}'"))}", "columns of amounts or categories to describe slices by");
        if (table.Columns.Where(column => !left.Contains(column.Name) && !features.Contains(column.Name) && column.Kind is not (ColumnKind.Constant or ColumnKind.Empty)).Select(column => $"'{column.Name}'").ToArray() is { Length: > 0 } unused)
            session.Warn($"Not used, for each row has its own: {string.Join(", ", unused)}.");
        var encoded = FeatureEncoder.Fit(table, features).Transform(table).Select(kept);
        var labels = Array.ConvertAll(kept, row => classOf[truth.Text(row)!]);
        var predictions = Array.ConvertAll(kept, row => classOf[decided.Text(row)!]);
        var data = new Dataset(encoded.Features, encoded.Count, encoded.Columns, encoded.SampleShape, labels, names, rowIds: encoded.RowIds);
        double[] errors = [.. labels.Zip(predictions, (label, predicted) => label == predicted ? 0.0 : 1.0)];
        return new SlicesInput(data, predictions, errors, probability is null ? null : LogLossesOf(table, kept, truth, probabilities, probability),
            text is null ? null : Array.ConvertAll(kept, row => table[text].Text(row) ?? ""));
    }

    /// <summary>The rows as points, for clusters.</summary>
    public SliceInput Points()
    {
        if (Data.ClassNames.Count < 2)
            throw new ArgumentException($"Every row is and is predicted '{Data.ClassNames[0]}': clusters of classes need at least two classes.");
        var points = TableRepresentation.Of(Data);
        return new SliceInput(Data.Labels, Predictions, points.Values, Data.ClassNames, representationNames: points.Names);
    }

    /// <summary>The rows with words: their texts, or else their columns as phrases.</summary>
    public LadderInput Words()
    {
        var points = Points();
        return new LadderInput(new SliceInput(Data.Labels, Predictions, points.Representations, Data.ClassNames, Texts ?? TableTexts.Of(Data), points.RepresentationNames))
        {
            Kind = Texts is null ? TextKind.Phrases : TextKind.Prose,
            RowIds = Data.RowIds,
        };
    }

    private static double[] LogLossesOf(Table table, int[] kept, TableColumn truth, TableColumn[] columns, string prefix)
    {
        var columnOf = columns.ToDictionary(column => column.Name[prefix.Length..]);
        return Array.ConvertAll(kept, row =>
        {
            var name = truth.Text(row)!;
            if (!columnOf.TryGetValue(name, out var column))
                throw new DataFormatException(table.Source, $"no column '{prefix}{name}'", $"a probability for each class, here '{name}'");
            var value = column.Number(row);
            return value is >= 0 and <= 1
                ? -Math.Log(Math.Max(value, LeastProbability))
                : throw new DataFormatException(table.Source, column.Text(row) is { } text ? $"'{text}'" : "no value", "a probability", line: table.RowNumbers[row] + 1, column: column.Name);
        });
    }
}
