using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Evaluation.Metrics;
using Ballast.Exchange;
using Ballast.Numerics.Intervals;

namespace Ballast.Cli.Commands;

/// <summary><c>evaluate --predicted</c>: predicted amounts against true ones.</summary>
internal static class RegressionEvaluation
{
    /// <summary>Measures and shows.</summary>
    /// <param name="session">The running command.</param>
    /// <param name="path">A table, or an npy array of n predictions.</param>
    /// <param name="targets">Column of the true amounts; for npy their file.</param>
    /// <param name="predicted">Column of the predictions; null for npy.</param>
    public static int Run(CommandSession session, string path, string targets, string? predicted)
    {
        var (truth, predictions) = Read(path, targets, predicted, session.Cancellation);
        session.Record.Data(DataFingerprint.Of(path));
        var report = RegressionReport.From(truth, predictions, new BootstrapOptions { Seed = session.Seed }, session.Cancellation);
        List<(string Name, Estimate Estimate)> figures = [("mae", report.MeanAbsoluteError), ("rmse", report.RootMeanSquaredError)];
        if (report.R2 is { } r2)
            figures.Insert(0, ("r2", r2));
        return EvaluateCommand.Show(session, truth.Length, figures, report.R2 is null ? ["r2"] : [], report.R2 is null ? ["All targets are equal: there is no spread to explain."] : [], new { task = "regression" });
    }

    private static (double[] Targets, double[] Predictions) Read(string path, string targets, string? predicted, CancellationToken cancellation)
    {
        if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
        {
            if (predicted is not null)
                throw new ArgumentException($"{path} has no column '{predicted}'; --predicted stands alone for npy.");
            var (truth, array) = (FromArray(targets, cancellation), FromArray(path, cancellation));
            return truth.Length == array.Length ? (truth, array) : throw new ArgumentException($"There are {truth.Length} targets for {array.Length} predictions.");
        }
        if (predicted is null)
            throw new ArgumentException("--predicted needs a column: which one holds the predicted numbers?");
        var table = TableReader.Read(path, cancellation: cancellation);
        EvaluationInput.RefuseSyntheticRows(table);
        return (Finite(table, targets), Finite(table, predicted));
    }

    private static double[] Finite(Table table, string name)
    {
        var numbers = EvaluationInput.Numbers(table, name);
        var row = Array.FindIndex(numbers, number => !double.IsFinite(number));
        return row < 0 ? numbers : throw new DataFormatException(table.Source, $"'{table[name].Text(row)}'", "a finite number in every row", row: table.RowNumbers[row] + 1, column: name);
    }

    private static double[] FromArray(string path, CancellationToken cancellation)
    {
        var array = NpyFile.Read<double>(path, cancellation);
        if (array.Shape.Count != 1)
            throw new DataFormatException(path, $"{array.Shape.Count} dimensions", "n numbers");
        var row = Array.FindIndex(array.Values, number => !double.IsFinite(number));
        return row < 0 ? array.Values : throw new DataFormatException(path, $"{array.Values[row]}", "finite numbers", row: row + 1);
    }
}
