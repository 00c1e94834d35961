using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Evaluation.Calibration;
using Ballast.Exchange;

namespace Ballast.Cli.Commands;

/// <summary>Labels and what was predicted for them, as <c>ballast evaluate</c> reads them.</summary>
/// <param name="Labels">n classes; 0 and 1 where there are scores.</param>
/// <param name="ClassNames">Names of class 0..K-1.</param>
/// <param name="Probabilities">n x K probabilities; null where there are scores.</param>
/// <param name="Scores">n scores of the positive class; null where there are probabilities of several classes.</param>
internal sealed record EvaluationInput(int[] Labels, IReadOnlyList<string> ClassNames, Predictions? Probabilities, double[]? Scores)
{
    /// <summary>The column of resampled tables that holds the row of the file for observed rows and something else for made ones.</summary>
    public const string OriginColumn = "ballast_origin";

    private static readonly string[] Observed = ["original", "observed"];

    /// <summary>Reads a table, or an npy array with the labels in another.</summary>
    /// <param name="path">The predictions.</param>
    /// <param name="labels">Label column; for npy the label file.</param>
    /// <param name="probabilities">Probability columns, or one prefix that they share.</param>
    /// <param name="scores">Score column.</param>
    /// <param name="positive">The label that counts as positive.</param>
    /// <param name="cancellation">Stops the reading.</param>
    /// <param name="kind">What a table's probability columns hold.</param>
    public static EvaluationInput Read(
        string path, string labels, IReadOnlyList<string> probabilities, string? scores, string? positive, CancellationToken cancellation, ScoreKind kind = ScoreKind.Probabilities)
    {
        if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
            return FromArrays(path, labels, positive, cancellation);
        if (probabilities.Count > 0 == scores is not null)
            throw new ArgumentException("Give either --probabilities or --scores.");
        var table = TableReader.Read(path, cancellation: cancellation);
        RefuseSyntheticRows(table);
        var texts = Texts(table, labels);
        if (scores is not null)
            return FromScores(texts, Numbers(table, scores), positive ?? throw new ArgumentException("--scores needs --positive: which label is the positive one?"), labels);

        var columns = probabilities is [var prefix] && !table.Contains(prefix)
            ? [.. table.Columns.Select(column => column.Name).Where(name => name.StartsWith(prefix, StringComparison.Ordinal))]
            : probabilities;
        if (columns.Count < 2)
            throw new ArgumentException($"{path} has {columns.Count} probability columns by '{string.Join(",", probabilities)}'; at least 2 are needed.");
        var skip = probabilities.Count == 1 ? probabilities[0].Length : 0;
        string[] names = [.. columns.Select(name => name[skip..])];
        var values = new double[texts.Length * columns.Count];
        for (var k = 0; k < columns.Count; k++)
        {
            var column = Numbers(table, columns[k]);
            for (var i = 0; i < column.Length; i++)
                values[i * columns.Count + k] = column[i];
        }
        return Choose(Classes(texts, names, path, labels), names, MakePredictions(values, columns.Count, path, kind), positive);
    }

    private static EvaluationInput FromArrays(string path, string labelsPath, string? positive, CancellationToken cancellation)
    {
        var array = NpyFile.Read<double>(path, cancellation);
        var y = NpyFile.Read<int>(labelsPath, cancellation).Values;
        if (array.Shape.Count == 1)
            return FromScores([.. y.Select(label => $"{label}")], array.Values, positive ?? "1", labelsPath);
        if (array.Shape is [_, < 2])
            throw new DataFormatException(path, $"probabilities of {array.Shape[1]} class", "those of two classes or more, or n scores");
        if (array.Shape.Count != 2)
            throw new DataFormatException(path, $"{array.Shape.Count} dimensions", "n scores or n x K probabilities");
        string[] names = [.. Enumerable.Range(0, array.Shape[1]).Select(k => $"{k}")];
        return Choose(Classes([.. y.Select(label => $"{label}")], names, labelsPath, null), names, MakePredictions(array.Values, array.Shape[1], path), positive);
    }

    private static EvaluationInput FromScores(string[] texts, double[] scores, string positive, string labels)
    {
        if (texts.Length != scores.Length)
            throw new ArgumentException($"There are {texts.Length} labels for {scores.Length} scores.");
        if (!texts.Contains(positive))
            throw new ArgumentException($"No row of '{labels}' is '{positive}'{Hint(positive, texts.Distinct())}");
        return new EvaluationInput(Array.ConvertAll(texts, text => text == positive ? 1 : 0), [$"not {positive}", positive], null, scores);
    }

    // A positive class makes it a question of that class against the rest.
    private static EvaluationInput Choose(int[] labels, string[] names, Predictions predictions, string? positive)
    {
        if (labels.Length != predictions.Count)
            throw new ArgumentException($"There are {labels.Length} labels for {predictions.Count} rows of probabilities.");
        if (positive is null)
            return new EvaluationInput(labels, names, predictions, null);
        var k = Array.IndexOf(names, positive);
        if (k < 0)
            throw new ArgumentException($"There is no class '{positive}'{Hint(positive, names)}");
        return new EvaluationInput(Array.ConvertAll(labels, label => label == k ? 1 : 0), [$"not {positive}", positive], null, predictions.Column(k));
    }

    /// <summary>Refuses a table with rows that a resampler made.</summary>
    internal static void RefuseSyntheticRows(Table table)
    {
        if (!table.Contains(OriginColumn))
            return;
        var origin = table[OriginColumn];
        var made = Enumerable.Range(0, origin.Count).Where(row => origin.Text(row) is { } text && !long.TryParse(text, out _) && !Observed.Contains(text, StringComparer.OrdinalIgnoreCase)).ToArray();
        if (made.Length > 0)
            throw new DataFormatException(
                table.Source, $"{made.Length} synthetic or copied rows, the first being row {table.RowNumbers[made[0]] + 1}", "observed rows alone: a test set with made rows measures the maker",
                column: OriginColumn);
    }

    private static Predictions MakePredictions(double[] values, int classes, string path, ScoreKind kind = ScoreKind.Probabilities)
    {
        try
        {
            return kind == ScoreKind.Logits ? new Logits(values, classes).ToPredictions() : new Predictions(values, classes);
        }
        catch (ArgumentException error)
        {
            throw new DataFormatException(path, error.Message.TrimEnd('.'), kind == ScoreKind.Logits ? "finite logits" : "probabilities", inner: error);
        }
    }

    /// <summary>A column as texts; a row without one is refused.</summary>
    internal static string[] Texts(Table table, string name)
    {
        var column = table[name];
        var texts = new string[column.Count];
        for (var i = 0; i < texts.Length; i++)
            texts[i] = column.Text(i) ?? throw new DataFormatException(table.Source, "no label", "a label in every row", row: table.RowNumbers[i] + 1, column: name);
        return texts;
    }

    /// <summary>A column as numbers; a row without one is refused.</summary>
    internal static double[] Numbers(Table table, string name)
    {
        var column = table[name];
        var numbers = new double[column.Count];
        for (var i = 0; i < numbers.Length; i++)
            if (double.IsNaN(numbers[i] = column.Number(i)))
                throw new DataFormatException(table.Source, column.Text(i) is { } text ? $"'{text}'" : "no value", "a number in every row", row: table.RowNumbers[i] + 1, column: name);
        return numbers;
    }

    private static int[] Classes(string[] texts, string[] names, string path, string? column)
    {
        var classOf = names.Select((name, k) => (name, k)).ToDictionary(pair => pair.name, pair => pair.k);
        var classes = new int[texts.Length];
        for (var i = 0; i < texts.Length; i++)
            classes[i] = classOf.TryGetValue(texts[i], out var k)
                ? k
                : throw new DataFormatException(path, $"the label '{texts[i]}'", $"one of {string.Join(", ", names)}", row: i + 1, column: column);
        return classes;
    }

    private static string Hint(string name, IEnumerable<string> candidates) =>
        Spelling.Nearest(name, candidates) is { } nearest ? $"; did you mean '{nearest}'?" : ".";
}
