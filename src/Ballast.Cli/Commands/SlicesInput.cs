using Ballast.Cli.Checks;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Evaluation.Slices;
using Ballast.Evaluation.Slices.Clusters;
using Ballast.Evaluation.Slices.Language;
using Ballast.Exchange;
using Ballast.Learning.Tabular;
using Ballast.Learning.Tabular.Saving;

namespace Ballast.Cli.Commands;

/// <summary>Rows with features, true and predicted classes, as <c>ballast slices</c> reads them.</summary>
/// <param name="Data">The features and labels.</param>
/// <param name="Predictions">n predicted classes.</param>
/// <param name="Probabilities">n x K probabilities; null where classes alone are known.</param>
/// <param name="Origin">Where the predictions come from, in words.</param>
internal sealed record SlicesInput(Dataset Data, int[] Predictions, Predictions? Probabilities, string Origin)
{
    private const double LeastProbability = 1e-12;
    private const int FoldCount = 5;
    private const int FewestRows = 20;
    private const string PredictionColumn = "prediction";
    private const string ProbabilityPrefix = "probability_";

    /// <summary>The text of each row, empty where it is missing; null without a column of texts.</summary>
    public string[]? Texts { get; private init; }

    /// <summary>1 where the prediction is wrong, else 0.</summary>
    public double[] Errors { get; } = [.. Predictions.Select((predicted, i) => predicted == Data.Labels.Span[i] ? 0.0 : 1)];

    /// <summary>-ln of the true class's probability.</summary>
    public double[] LogLosses() => [.. Enumerable.Range(0, Data.Count).Select(i => -Math.Log(Math.Max(Probabilities![i, Data.Labels.Span[i]], LeastProbability)))];

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

    /// <summary>Reads the table, and the predictions from where they are.</summary>
    /// <param name="session">The session.</param>
    /// <param name="path">The table.</param>
    /// <param name="target">The column of true classes.</param>
    /// <param name="prediction">The column of predicted classes; null where it was not named.</param>
    /// <param name="probability">What names of probability columns begin with, or an npy file; null where it was not named.</param>
    /// <param name="model">A model file; null for none.</param>
    /// <param name="text">A column of texts; null for none.</param>
    public static SlicesInput Read(CommandSession session, string path, string target, string? prediction, string? probability, string? model, string? text = null)
    {
        if (model is not null && (prediction is not null || probability is not null))
            throw new ArgumentException("--model predicts by itself: it goes without --prediction and --probability.");
        var table = TableReader.Read(path, progress: session.Progress, cancellation: session.Cancellation);
        var truth = table[target];
        var texts = text is null ? null : table[text];
        if (target == prediction)
            throw new ArgumentException($"'{target}' is given both as --target and as --prediction.");
        // What ballast predict wrote is taken without being named.
        if (model is null && prediction is null && probability is null && table.Contains(PredictionColumn) && target != PredictionColumn)
        {
            prediction = PredictionColumn;
            probability = truth.Texts.All(name => table.Contains(ProbabilityPrefix + name)) ? ProbabilityPrefix : null;
        }
        var input = model is not null ? FromModel(session, table, target, model)
            : prediction is null && probability is null ? OutOfFold(session, table, target) : FromTable(session, table, target, prediction, probability);
        return texts is null ? input : input with { Texts = TextsOf(table, texts, input.Data.RowIds.Span) };
    }

    private static string[] TextsOf(Table table, TableColumn texts, ReadOnlySpan<int> rowIds)
    {
        var rowOf = Enumerable.Range(0, table.RowCount).ToDictionary(row => (int)table.RowNumbers[row]);
        var found = new string[rowIds.Length];
        for (var i = 0; i < found.Length; i++)
            found[i] = texts.Text(rowOf[rowIds[i]]) ?? "";
        return found;
    }

    private static SlicesInput FromTable(CommandSession session, Table table, string target, string? prediction, string? probability)
    {
        var (truth, decided) = (table[target], prediction is null ? null : table[prediction]);
        int[] kept = Kept(session, table, prediction is null ? [target] : [target, prediction]);
        string[] names = [.. TargetCoding.Fit(table, target, TaskKind.Classification).ClassNames];
        string[] others = decided is null ? [] : [.. kept.Select(row => decided.Text(row)!).Where(text => !names.Contains(text)).Distinct().Order(StringComparer.Ordinal)];
        if (decided is not null && !kept.Any(row => names.Contains(decided.Text(row))))
            throw new DataFormatException(table.Source, $"no prediction that is a class of '{target}', but texts such as '{others[0]}'", $"predicted classes: {string.Join(", ", names.Take(10))}", column: prediction);
        Predictions? probabilities = null;
        string[] used = [];
        if (probability is not null)
            (probabilities, names, used) = probability.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)
                ? (FromArray(probability, table, kept, names, session.Cancellation), names, [])
                : FromColumns(table, kept, truth, probability);
        else
            names = [.. names, .. others];
        var classOf = names.Select((name, k) => (name, k)).ToDictionary(pair => pair.name, pair => pair.k);
        string[] left = [target, .. prediction is null ? (string[])[] : [prediction], .. used];
        var data = Features(session, table, kept, left, Array.ConvertAll(kept, row => classOf[truth.Text(row)!]), names);
        var predicted = decided is null ? probabilities!.PredictedClasses() : Array.ConvertAll(kept, row => classOf.TryGetValue(decided.Text(row)!, out var k)
            ? k
            : throw new DataFormatException(table.Source, $"'{decided.Text(row)}'", $"one of {string.Join(", ", names)}", row: table.RowNumbers[row] + 1, column: prediction));
        return new SlicesInput(data, predicted, probabilities, prediction is null ? "the probabilities given" : $"column '{prediction}'");
    }

    private static (Predictions, string[], string[]) FromColumns(Table table, int[] kept, TableColumn truth, string prefix)
    {
        var columns = table.Columns.Where(column => column.Name.StartsWith(prefix, StringComparison.Ordinal)).ToArray();
        if (columns.Length < 2)
            throw new ArgumentException($"{table.Source} has {columns.Length} columns whose names begin with '{prefix}'; at least 2 are needed.");
        string[] names = [.. columns.Select(column => column.Name[prefix.Length..])];
        foreach (var row in kept)
            if (!names.Contains(truth.Text(row)))
                throw new DataFormatException(table.Source, $"no column '{prefix}{truth.Text(row)}'", $"a probability for each class, here '{truth.Text(row)}'");
        var values = new double[kept.Length * names.Length];
        for (var i = 0; i < kept.Length; i++)
            for (var k = 0; k < names.Length; k++)
                values[i * names.Length + k] = columns[k].Number(kept[i]) is >= 0 and <= 1 and var value
                    ? value
                    : throw new DataFormatException(table.Source, columns[k].Text(kept[i]) is { } text ? $"'{text}'" : "no value", "a probability", row: table.RowNumbers[kept[i]] + 1, column: columns[k].Name);
        return (Checked(values, names.Length, table.Source), names, [.. columns.Select(column => column.Name)]);
    }

    private static Predictions FromArray(string path, Table table, int[] kept, string[] names, CancellationToken cancellation)
    {
        var array = NpyFile.Read<double>(path, cancellation);
        if (array.Shape.Count != 2 || array.Shape[0] != table.RowCount || array.Shape[1] != names.Length)
            throw new DataFormatException(path, $"{string.Join(" x ", array.Shape)} values", $"{table.RowCount} x {names.Length}: a row for each of the table's, a column for each class ({string.Join(", ", names)})");
        double[] values = [.. kept.SelectMany(row => array.Values[(row * names.Length)..((row + 1) * names.Length)])];
        return Checked(values, names.Length, path);
    }

    private static Predictions Checked(double[] values, int classes, string path)
    {
        try
        {
            return new Predictions(values, classes);
        }
        catch (ArgumentException error)
        {
            throw new DataFormatException(path, error.Message.TrimEnd('.'), "probabilities", inner: error);
        }
    }

    private static SlicesInput FromModel(CommandSession session, Table table, string target, string path)
    {
        if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"'{path}': let ballast predict write its predictions, and give that table with --probability {ProbabilityPrefix}.");
        var model = ModelFile.Load(path);
        if (model.Classifier is not { } classifier || model.Encoder is not { } encoder)
            throw new DataFormatException(path, "a model of numbers, or one of bare features", "a classifier that knows its table's columns");
        session.Warn("Where the model was trained on these rows, its predictions of them are too good and slices hide.");
        var truth = table[target];
        var kept = Kept(session, table, [target]);
        var classOf = classifier.ClassNames.Select((name, k) => (name, k)).ToDictionary(pair => pair.name, pair => pair.k);
        var labels = Array.ConvertAll(kept, row => classOf.TryGetValue(truth.Text(row)!, out var k)
            ? k
            : throw new DataFormatException(table.Source, $"'{truth.Text(row)}'", $"one of the model's classes, {string.Join(", ", classifier.ClassNames)}", row: table.RowNumbers[row] + 1, column: target));
        var probabilities = model.PredictProbabilities(encoder.Transform(table).Select(kept));
        return new SlicesInput(Features(session, table, kept, [target], labels, classifier.ClassNames), model.Decide(probabilities), probabilities, $"the model {Path.GetFileName(path)}");
    }

    // As check predicts: every row by models that never saw it.
    private static SlicesInput OutOfFold(CommandSession session, Table table, string target)
    {
        var coding = TargetCoding.Fit(table, target, TaskKind.Classification);
        if (coding.ClassCount < 2)
            throw new DataFormatException(table.Source, $"one class, '{coding.ClassNames[0]}'", "at least two classes", column: target);
        var kept = Kept(session, table, [target]);
        if (kept.Length < FewestRows || coding.ClassCount > kept.Length / 2)
            throw new DataFormatException(table.Source, $"{coding.ClassCount} classes in {kept.Length} rows", $"at least {FewestRows} rows, and two a class", column: target);
        var labels = coding.Labels(table);
        var data = Features(session, table, kept, [target], Array.ConvertAll(kept, row => labels[row]), coding.ClassNames);
        var folds = Folds.Stratified(data.Labels.Span, data.ClassCount, FoldCount, session.Seed);
        var (learner, predictions, _) = Learners.Choose(data, folds, session.Seed, session.Progress, session.Cancellation);
        return new SlicesInput(data, predictions.PredictedClasses(), predictions, $"{learner.Name}, out of fold");
    }

    private static int[] Kept(CommandSession session, Table table, string[] needed)
    {
        var columns = Array.ConvertAll(needed, name => table[name]);
        int[] kept = [.. Enumerable.Range(0, table.RowCount).Where(row => !columns.Any(column => column.IsMissing(row)))];
        var words = string.Join(" and ", needed.Select(name => $"'{name}'"));
        if (kept.Length == 0)
            throw new DataFormatException(table.Source, $"no row with a value in {words}", "at least one");
        if (kept.Length < table.RowCount)
            session.Warn($"{table.RowCount - kept.Length:N0} of {table.RowCount:N0} rows have no value in {words} and were left out.");
        return kept;
    }

    private static Dataset Features(CommandSession session, Table table, int[] kept, string[] left, int[] labels, IReadOnlyList<string> names)
    {
        string[] features = [.. table.Columns.Where(column => !left.Contains(column.Name) && column.Kind is (ColumnKind.Numeric or ColumnKind.Categorical or ColumnKind.Boolean or ColumnKind.Date)).Select(column => column.Name)];
        if (features.Length == 0)
            throw new DataFormatException(table.Source, $"no column besides {string.Join(", ", left.Select(name => $"'{name}'"))}", "columns of amounts or categories to describe slices by");
        if (table.Columns.Where(column => !left.Contains(column.Name) && !features.Contains(column.Name) && column.Kind is not (ColumnKind.Constant or ColumnKind.Empty)).Select(column => $"'{column.Name}'").ToArray() is { Length: > 0 } unused)
            session.Warn($"Not used, for each row has its own: {string.Join(", ", unused)}.");
        var encoded = FeatureEncoder.Fit(table, features).Transform(table).Select(kept);
        return new Dataset(encoded.Features, encoded.Count, encoded.Columns, encoded.SampleShape, labels, names, rowIds: encoded.RowIds);
    }
}
