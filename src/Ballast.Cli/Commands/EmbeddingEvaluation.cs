using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Evaluation.Thresholds;
using Ballast.Exchange;
using Spectre.Console;

namespace Ballast.Cli.Commands;

/// <summary><c>ballast evaluate EMBEDDINGS --labels COL --embeddings [COLS]</c>: whether one threshold of "same or not" serves all classes alike.</summary>
internal static class EmbeddingEvaluation
{
    public static int Run(CommandSession session, string path, string labels, IReadOnlyList<string> columns, (double Low, double High) far)
    {
        var (values, texts) = path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) ? FromArrays(session, path, labels, columns) : FromTable(session, path, labels, columns);
        string[] names = [.. texts.Distinct().Order(StringComparer.Ordinal)];
        int[] classes = [.. texts.Select(text => Array.BinarySearch(names, text, StringComparer.Ordinal))];
        var report = OperatingPointInconsistency.Compute(
            Embeddings(path, values, classes), new OpisOptions { FarLow = far.Low, FarHigh = far.High, Seed = session.Seed }, session.Progress, session.Cancellation);
        session.Record.Data(DataFingerprint.Of(path));
        (string Name, double Value)[] metrics = [("opis", report.Opis), ("worst_tenth_opis", report.EpsOpis), ("mean_utility", report.MeanUtility), ("recall_at_1", report.RecallAt1)];
        foreach (var (name, value) in metrics)
            session.Record.Metric(name, value);
        var worst = report.WorstClasses.Select(curve => new { name = names[curve.Label], rows = curve.Rows, curve.MeanUtility }).ToArray();
        session.Show(
            new
            {
                rows = classes.Length,
                classes = report.ClassCurves.Count,
                falseAcceptRates = new[] { far.Low, far.High },
                thresholds = new[] { report.DMin, report.DMax },
                metrics = metrics.ToDictionary(metric => metric.Name, metric => metric.Value),
                worstClasses = worst,
                singleRowClasses = report.SingleRowClasses.Select(label => names[label]),
                negativePairs = report.PooledNegatives,
                report.IsSampled,
            },
            console =>
            {
                console.WriteLine($"{classes.Length:N0} rows of {report.ClassCurves.Count:N0} classes; 'same' where 1 - cosine is at most {report.DMin:0.####} to {report.DMax:0.####}, which accepts {far.Low:P1} to {far.High:P1} of {report.PooledNegatives:N0} pairs of different classes.");
                foreach (var (name, value) in metrics)
                    console.WriteLine($"  {name}  {value:G4}");
                console.WriteLine("Classes served worst by one threshold, by mean utility (F of sensitivity and specificity):");
                foreach (var curve in worst)
                    console.WriteLine($"  {curve.name}  {curve.MeanUtility:0.0000}  (n={curve.rows:N0})");
                if (report.SingleRowClasses.Count > 0)
                    console.WriteLine($"{report.SingleRowClasses.Count:N0} classes of a single row have no utility; their rows count as different from all others.");
                console.WriteLine("Few rows a class raise opis by chance: compare models on the same rows.");
            });
        return ExitCode.Done;
    }

    private static LabelledEmbeddings Embeddings(string path, double[] values, int[] classes)
    {
        try
        {
            return new LabelledEmbeddings(values, classes);
        }
        catch (ArgumentException error)
        {
            throw new DataFormatException(path, error.Message.Split(" (Parameter")[0].TrimEnd('.'), "finite embeddings that are not all zero", inner: error);
        }
    }

    private static (double[] Values, string[] Labels) FromArrays(CommandSession session, string path, string labels, IReadOnlyList<string> columns)
    {
        if (columns.Count > 0)
            throw new ArgumentException($"'{path}' is an array without column names: give --embeddings alone.");
        var array = NpyFile.Read<double>(path, session.Cancellation);
        if (array.Shape.Count != 2)
            throw new DataFormatException(path, $"{array.Shape.Count} dimensions", "n x D embeddings");
        var y = NpyFile.Read<long>(labels, session.Cancellation).Values;
        return y.Length == array.Shape[0]
            ? (array.Values, [.. y.Select(label => $"{label}")])
            : throw new ArgumentException($"There are {y.Length} labels for {array.Shape[0]} embeddings.");
    }

    private static (double[] Values, string[] Labels) FromTable(CommandSession session, string path, string labels, IReadOnlyList<string> given)
    {
        var table = TableReader.Read(path, progress: session.Progress, cancellation: session.Cancellation);
        string[] columns = given is [var prefix] && !table.Contains(prefix)
            ? [.. table.Columns.Select(column => column.Name).Where(name => name != labels && name.StartsWith(prefix, StringComparison.Ordinal))]
            : [.. given];
        if (columns.Length < 2)
            throw new ArgumentException($"{path} has {columns.Length} embedding columns by '{string.Join(",", given)}'; at least 2 are needed.");
        var numbers = columns.Select(name => EvaluationInput.Numbers(table, name)).ToArray();
        var values = new double[table.RowCount * columns.Length];
        for (var i = 0; i < table.RowCount; i++)
            for (var j = 0; j < columns.Length; j++)
                values[i * columns.Length + j] = numbers[j][i];
        return (values, EvaluationInput.Texts(table, labels));
    }
}
