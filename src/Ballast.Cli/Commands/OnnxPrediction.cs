using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Learning.Tabular.Onnx;

namespace Ballast.Cli.Commands;

/// <summary><c>predict</c> on a table with a user's own ONNX classifier.</summary>
internal static class OnnxPrediction
{
    /// <summary>Predicts and writes.</summary>
    /// <remarks>
    /// A model with an input a column finds them by name. One with a single input [n, d] takes the columns in the table's order: all of them, or else those that are features of their own
    /// accord (no identifiers, free texts, constants), whichever number d fits. Texts go only where the model takes texts: codes of categories are known to the table it was trained on alone.
    /// </remarks>
    /// <param name="session">The session.</param>
    /// <param name="path">The table.</param>
    /// <param name="modelPath">The ONNX file.</param>
    /// <param name="classes">Names of the classes; empty for numbers from 0.</param>
    /// <param name="ignored">Columns that the model does not take.</param>
    /// <param name="recalibratorPath">A recalibrator of the model's probabilities; null for none.</param>
    /// <param name="output">The csv to write.</param>
    public static int Run(CommandSession session, string path, string modelPath, IReadOnlyList<string> classes, IReadOnlyList<string> ignored, string? recalibratorPath, string output)
    {
        if (classes.Count == 1)
            throw new ArgumentException("--classes gives one name; a classifier has at least two classes, as in --classes no,yes.");
        var table = TableReader.Read(path, progress: session.Progress, cancellation: session.Cancellation);
        foreach (var name in ignored)
            _ = table[name];
        var (model, encoder) = Open(modelPath, table, classes, ignored);
        using var opened = model;
        if (model.CodedColumns is [var coded, ..])
            throw new DataFormatException(
                path, "texts, which the model takes as numbers", "numbers: which number stands for which text is known to the table that the model was trained on alone", column: coded);
        var recalibrator = recalibratorPath is null ? null : PredictCommand.ReadRecalibrator(recalibratorPath, model.ClassNames);
        var own = model.Predict(encoder.Transform(table));
        var predictions = recalibrator?.Apply(own) ?? own;
        return PredictCommand.Write(session, path, output, predictions.Count, PredictCommand.Columns(predictions.PredictedClasses(), predictions, model.ClassNames));
    }

    private static (OnnxClassifier Model, FeatureEncoder Encoder) Open(string path, Table table, IReadOnlyList<string> classes, IReadOnlyList<string> ignored)
    {
        var all = table.Columns.Where(column => !ignored.Contains(column.Name)).ToArray();
        var usual = all.Where(column => column.Kind is ColumnKind.Numeric or ColumnKind.Categorical or ColumnKind.Boolean or ColumnKind.Date);
        DataFormatException? first = null;
        foreach (var columns in new[] { all, usual })
        {
            var encoder = FeatureEncoder.Fit(table, [.. columns.Select(column => column.Name)]);
            try
            {
                return (classes.Count == 0 ? OnnxClassifier.Load(path, encoder.FeatureColumns) : OnnxClassifier.Load(path, classes, encoder.FeatureColumns), encoder);
            }
            catch (DataFormatException error)
            {
                first ??= error;
            }
        }
        throw first!;
    }
}
