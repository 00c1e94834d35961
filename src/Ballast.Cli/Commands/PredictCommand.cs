using System.CommandLine;
using Ballast.Cli.Commands.Networks;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Evaluation.Calibration;
using Ballast.Learning.Tabular.Saving;
using Spectre.Console;

namespace Ballast.Cli.Commands;

/// <summary><c>ballast predict DATA --model FILE --out P.csv</c>: predictions for new rows or images.</summary>
internal static class PredictCommand
{
    public static Verb Create()
    {
        var data = new Argument<string>("DATA") { Description = "A table (csv, tsv, Parquet, JSON lines, also .gz), which need not hold the target, a folder of images, or an IDX file of images." };
        var model = new Option<string>("--model") { Description = "A model that train or check saved, or an ONNX file: for tables a classifier of probabilities, for images a network of scores.", HelpName = "FILE", Required = true };
        var classes = CommaList.Option("--classes", "NAMES", "Names of an ONNX model's classes, in the order of its outputs; numbers from 0 where not given.");
        var ignore = CommaList.Option("--ignore", "COLS", "Columns of the table that an ONNX model does not take.");
        var recalibrator = new Option<string?>("--recalibrator") { Description = "A recalibrator that calibrate wrote, applied to the model's probabilities.", HelpName = "FILE" };
        var output = new Option<string>("--out") { Description = "The csv to write: the table with predictions; for images a row each.", HelpName = "P.csv", DefaultValueFactory = _ => "predictions.csv" };
        return new Verb("predict", "Predict the rows of a table, or images, with a saved model.", session =>
        {
            var (path, modelPath, file) = (session.Get(data)!, session.Get(model)!, OutputFile.Checked(session.Get(output)!, "A table of predictions"));
            OutputFile.Apart(file, path, modelPath);
            var (isImages, isOnnx) = (ImageInput.Is(path), modelPath.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase));
            if (session.Given(ignore) && (isImages || !isOnnx))
                throw new ArgumentException("--ignore goes with a table and an ONNX model.");
            if (session.Given(classes) && !isOnnx)
                throw new ArgumentException($"--classes goes with an ONNX model; '{modelPath}' names its classes itself.");
            return isImages ? ImagePrediction.Run(session, path, modelPath, CommaList.Of(session, classes), session.Get(recalibrator), file)
                : isOnnx ? OnnxPrediction.Run(session, path, modelPath, CommaList.Of(session, classes), CommaList.Of(session, ignore), session.Get(recalibrator), file)
                : Run(session, path, modelPath, session.Get(recalibrator), file);
        })
        { data, model, classes, ignore, recalibrator, output };
    }

    private static int Run(CommandSession session, string path, string modelPath, string? recalibratorPath, string output)
    {
        if (NetworkReading.IsNetwork(modelPath))
            throw new ArgumentException($"'{modelPath}' is a network without the columns of a table; '{path}' needs the model file that train wrote, or a classifier as .onnx.");
        var model = ModelFile.Load(modelPath);
        var encoder = model.Encoder ?? throw new DataFormatException(modelPath, "a model of bare features", "one that knows its table's columns");
        var recalibrator = recalibratorPath is null ? null : ReadRecalibrator(recalibratorPath, model.Classifier?.ClassNames ?? throw new ArgumentException("A model of numbers has no probabilities to recalibrate."));
        var table = TableReader.Read(path, progress: session.Progress, cancellation: session.Cancellation);
        var data = encoder.Transform(table);
        foreach (var note in encoder.Unread(table))
            session.Warn(note);
        var columns = model.Regressor is { } regressor ? Values(regressor.Predict(data)) : Classes(model, data, recalibrator);
        return Write(session, path, output, data.Count, columns);
    }

    /// <summary>Writes a table with its predictions and says so.</summary>
    internal static int Write(CommandSession session, string path, string output, int rows, IReadOnlyList<AddedColumn> columns)
    {
        var names = TableWriter.Append(path, output, columns, progress: session.Progress, cancellation: session.Cancellation);
        session.Record.Data(DataFingerprint.Of(path));
        session.Record.Artefact(output);
        session.Show(
            new { rows, output = Path.GetFullPath(output), columns = names },
            console => console.WriteLine($"{rows:N0} rows predicted; wrote {output} with {string.Join(", ", names.Select(name => $"'{name}'"))}."));
        return ExitCode.Done;
    }

    /// <summary>The recalibrator of a file, for a model of these classes.</summary>
    internal static ITrainedRecalibrator ReadRecalibrator(string path, IReadOnlyList<string> names)
    {
        var file = RecalibratorFile.Load(path);
        // Files of bare numbers know their classes by number alone.
        var numbered = file.ClassNames.Select((name, k) => name == $"{k}").All(same => same);
        if (file.ClassNames.Count != names.Count || (!numbered && !file.ClassNames.SequenceEqual(names)))
            throw new DataFormatException(path, $"a recalibrator of {string.Join(", ", file.ClassNames)}", $"one of the model's classes, {string.Join(", ", names)}");
        return file.Map;
    }

    /// <summary>The class decided for each row, and the probability of each class.</summary>
    internal static AddedColumn[] Columns(int[] decided, Predictions predictions, IReadOnlyList<string> names) =>
    [
        new AddedColumn("prediction", row => names[decided[row]]),
        .. names.Select((name, k) => new AddedColumn($"probability_{name}", row => predictions[row, k].ToString("R"))),
    ];

    private static AddedColumn[] Classes(SavedModel model, Dataset data, ITrainedRecalibrator? recalibrator)
    {
        var own = model.PredictProbabilities(data);
        var predictions = recalibrator?.Apply(own) ?? own;
        // A rule was tuned on the model's own probabilities; its decisions stay.
        return Columns(model.Decide(model.DecisionRule is null ? predictions : own), predictions, model.Classifier!.ClassNames);
    }

    private static AddedColumn[] Values(double[] values) => [new AddedColumn("prediction", row => values[row].ToString("R"))];
}
