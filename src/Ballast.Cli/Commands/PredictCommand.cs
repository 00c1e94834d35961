using System.CommandLine;
using Ballast.Cli.Commands.Networks;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Evaluation.Calibration;
using Ballast.Learning.Tabular.Saving;
using Spectre.Console;

namespace Ballast.Cli.Commands;

/// <summary><c>ballast predict TABLE --model FILE --out P.csv</c>: predictions for new rows.</summary>
internal static class PredictCommand
{
    public static Verb Create()
    {
        var table = new Argument<string>("TABLE") { Description = "A table (csv, tsv, Parquet, JSON lines, also .gz), which need not hold the target, a folder of images, or an IDX file of images." };
        var model = new Option<string>("--model") { Description = "A model that train or check saved; for images also an ONNX network of scores.", HelpName = "FILE", Required = true };
        var output = new Option<string>("--out") { Description = "The csv to write: the table with predictions; for images a row each.", HelpName = "P.csv", DefaultValueFactory = _ => "predictions.csv" };
        var recalibrator = new Option<string?>("--recalibrator") { Description = "A recalibrator that calibrate wrote, applied to the model's probabilities.", HelpName = "FILE" };
        return new Verb("predict", "Predict the rows of a table, or images, with a saved model.", session => ImageInput.Is(session.Get(table)!)
            ? ImagePrediction.Run(session, session.Get(table)!, session.Get(model)!, session.Get(recalibrator), session.Get(output)!)
            : Run(session, session.Get(table)!, session.Get(model)!, session.Get(recalibrator), session.Get(output)!))
        { table, model, recalibrator, output };
    }

    private static int Run(CommandSession session, string path, string modelPath, string? recalibratorPath, string output)
    {
        var model = ModelFile.Load(modelPath);
        var encoder = model.Encoder ?? throw new DataFormatException(modelPath, "a model of bare features", "one that knows its table's columns");
        var recalibrator = recalibratorPath is null ? null : ReadRecalibrator(recalibratorPath, model.Classifier?.ClassNames ?? throw new ArgumentException("A model of numbers has no probabilities to recalibrate."));
        var table = TableReader.Read(path, progress: session.Progress, cancellation: session.Cancellation);
        var data = encoder.Transform(table);
        var columns = model.Classifier is null ? Values(model, data) : Classes(model, data, recalibrator);
        var names = TableWriter.Append(path, output, columns, progress: session.Progress, cancellation: session.Cancellation);

        session.Record.Data(DataFingerprint.Of(path));
        session.Record.Artefact(output);
        session.Show(
            new { rows = data.Count, output = Path.GetFullPath(output), columns = names },
            console => console.WriteLine($"{data.Count:N0} rows predicted; wrote {output} with {string.Join(", ", names.Select(name => $"'{name}'"))}."));
        return ExitCode.Done;
    }

    private static AddedColumn[] Values(SavedModel model, Dataset data)
    {
        var values = model.Regressor!.Predict(data);
        return [new AddedColumn("prediction", row => values[row].ToString("R"))];
    }

    /// <summary>The recalibrator of a file, for a model of these classes.</summary>
    public static ITrainedRecalibrator ReadRecalibrator(string path, IReadOnlyList<string> names)
    {
        var file = RecalibratorFile.Load(path);
        // Files of bare numbers know their classes by number alone.
        var numbered = file.ClassNames.Select((name, k) => name == $"{k}").All(same => same);
        if (file.ClassNames.Count != names.Count || !numbered && !file.ClassNames.SequenceEqual(names))
            throw new DataFormatException(path, $"a recalibrator of {string.Join(", ", file.ClassNames)}", $"one of the model's classes, {string.Join(", ", names)}");
        return file.Map;
    }

    private static AddedColumn[] Classes(SavedModel model, Dataset data, ITrainedRecalibrator? recalibrator)
    {
        var own = model.PredictProbabilities(data);
        var predictions = recalibrator?.Apply(own) ?? own;
        // A rule was tuned on the model's own probabilities; its decisions stay.
        var decided = model.Decide(model.DecisionRule is null ? predictions : own);
        var names = model.Classifier!.ClassNames;
        return
        [
            new AddedColumn("prediction", row => names[decided[row]]),
            .. names.Select((name, k) => new AddedColumn($"probability_{name}", row => predictions[row, k].ToString("R"))),
        ];
    }
}
