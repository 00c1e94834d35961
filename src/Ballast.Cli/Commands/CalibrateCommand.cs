using System.CommandLine;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Evaluation.Calibration;
using Ballast.Evaluation.Calibration.Measures;
using Ballast.Numerics.Intervals;
using Spectre.Console;

namespace Ballast.Cli.Commands;

/// <summary><c>ballast calibrate INPUT ...</c>: whether probabilities mean what they say, and the recalibrator that mends them best.</summary>
internal static class CalibrateCommand
{
    public static Verb Create()
    {
        var input = new Argument<string>("INPUT") { Description = "Probabilities of rows the model was not trained on, rows x classes (npy, csv, Parquet); or, with --model, a table with the target." };
        var labels = new Option<string?>("--labels") { Description = "Label file, one a row (npy, csv, Parquet), or the label column of INPUT.", HelpName = "FILE|COL" };
        var probabilities = new Option<string[]>("--probabilities")
        {
            Description = "Probability columns of INPUT, named as the labels, or one prefix before the labels.",
            HelpName = "COLS",
            AllowMultipleArgumentsPerToken = true,
        };
        var logits = new Option<bool>("--logits") { Description = "INPUT holds logits: scores whose softmax are probabilities." };
        var model = new Option<string?>("--model") { Description = "A model that train or check saved: its probabilities of INPUT's rows.", HelpName = "FILE" };
        var method = new Option<string>("--method") { Description = $"The recalibrator, or auto for the best of them by cross-validation: {string.Join(", ", RecalibratorCandidates.Keys)}.", HelpName = "NAME", DefaultValueFactory = _ => "auto" };
        method.AcceptOnlyFromAmong(["auto", .. RecalibratorCandidates.Keys]);
        var metric = new Option<string>("--metric") { Description = "What the best has least of: log-loss, brier, ece-debiased or classwise-ece.", HelpName = "NAME", DefaultValueFactory = _ => "log-loss" };
        metric.AcceptOnlyFromAmong([.. s_metrics.Keys]);
        var folds = new Option<int>("--folds") { Description = "Folds of the cross-validation.", HelpName = "K", DefaultValueFactory = _ => 5 };
        var output = new Option<string>("--out") { Description = "The recalibrator to write; predict --recalibrator applies it.", HelpName = "FILE", DefaultValueFactory = _ => "recalibrator.json" };
        return new Verb("calibrate", "Check whether probabilities can be taken at their word, and write a recalibrator that mends them.", session =>
        {
            var read = CalibrationInput.Read(
                session, session.Get(input)!, session.Get(labels), session.Get(probabilities) ?? [], session.Get(logits) ? ScoreKind.Logits : ScoreKind.Probabilities, session.Get(model));
            session.Record.Data(DataFingerprint.Of(session.Get(input)!));
            var options = new RecalibratorChoiceOptions { Metric = s_metrics[session.Get(metric)!], Folds = session.Get(folds), Seed = session.Seed };
            return Run(session, read, session.Get(method)!, session.Get(metric)!, options, session.Get(output)!);
        })
        { input, labels, probabilities, logits, model, method, metric, folds, output };
    }

    private static readonly Dictionary<string, RecalibratorMetric> s_metrics = new()
    {
        ["log-loss"] = RecalibratorMetric.LogLoss,
        ["brier"] = RecalibratorMetric.Brier,
        ["ece-debiased"] = RecalibratorMetric.DebiasedError,
        ["classwise-ece"] = RecalibratorMetric.ClasswiseError,
    };

    private static int Run(CommandSession session, CalibrationInput input, string method, string metric, RecalibratorChoiceOptions options, string output)
    {
        var (predictions, labels) = (input.Predictions, input.Labels);
        session.Progress?.Report(new ProgressUpdate("measuring", 0));
        var calibration = CalibrationFigures.Of(predictions, labels, new BootstrapOptions { Seed = session.Seed }, session.Cancellation);
        var (report, test) = (calibration.Report, calibration.Test);
        var (candidates, left) = method == "auto" ? RecalibratorCandidates.Sensible(labels.Length, predictions.Classes) : ([method], []);
        IRecalibrator[] recalibrators = [.. candidates.Select(key => RecalibratorCandidates.Make(key, predictions.Classes, session.Seed))];
        var chosen = RecalibratorChoice.Run(predictions, labels, recalibrators, options, session.Progress, session.Cancellation);
        // One that was asked for by name is written whatever it gains.
        var (name, map) = method == "auto" ? (chosen.Name, chosen.Map) : (recalibrators[0].Name, chosen.Map ?? recalibrators[0].Fit(predictions, labels, session.Cancellation));
        string[] notes =
        [
            .. calibration.Notes, .. left,
            .. recalibrators.Where(candidate => candidate.Name == name).SelectMany(candidate => candidate.Notes(labels, predictions.Classes)),
            .. RaisedNote(map, predictions),
        ];
        if (map is not null)
        {
            new RecalibratorFile(name!, input.ClassNames, labels.Length, session.Seed, map).Save(output);
            session.Record.Artefact(output);
        }
        session.Record.Metric("ece", report[CalibrationMetric.EqualWidthError].Value);
        session.Record.Metric("p_value", test.PValue);
        session.Show(
            new
            {
                rows = labels.Length,
                classes = input.ClassNames,
                metrics = CalibrationMetricNames.All.ToDictionary(m => m.Key(), m => new { report[m].Value, report[m].Interval.Low, report[m].Interval.High }),
                test,
                reliability = report.Reliability.Bins.Where(bin => bin.HitRate.Count > 0)
                    .Select(bin => new { bin.MeanConfidence, hitRate = bin.HitRate.Value, bin.HitRate.Interval.Low, bin.HitRate.Interval.High, bin.HitRate.Count }),
                metric,
                before = chosen.Before,
                trials = chosen.Trials.Select(trial => new { trial.Name, trial.Value, difference = trial.Gain.Value, trial.Gain.Interval.Low, trial.Gain.Interval.High }),
                chosen = name,
                output = map is null ? null : Path.GetFullPath(output),
                onnx = map is not null && AffineLogits.Of(map, predictions.Classes) is not null,
                notes,
            },
            console => Print(console, report, test, chosen, metric, name, map is null ? null : output, notes));
        return ExitCode.Done;
    }

    private static IEnumerable<string> RaisedNote(ITrainedRecalibrator? map, Predictions predictions)
    {
        if (map is Evaluation.Calibration.Curves.TopLabelMap top && top.CountRaised(predictions) is var raised && raised > 0)
            yield return $"In {raised} of {predictions.Count} rows the predicted class could not get the curve's probability without ceasing to be the most probable: they get the least that keeps it.";
    }

    private static void Print(
        IAnsiConsole console, CalibrationReport report, CalibrationTestResult test, ChosenRecalibrator chosen, string metric, string? name, string? output, string[] notes)
    {
        var figures = new Spectre.Console.Table().Border(TableBorder.None).AddColumn("metric").AddColumn(new Spectre.Console.TableColumn("value").RightAligned()).AddColumn("95% interval");
        foreach (var m in CalibrationMetricNames.All)
            figures.AddRow(new Text(m.Key()), new Text($"{report[m].Value:0.0000}"), new Text($"{report[m].Interval}"));
        console.Write(figures);
        console.WriteLine($"Could these probabilities be right? p = {test.PValue:0.000} (top label {test.TopLabel:0.000}, classes {test.Classwise:0.000}, kernel {test.Kernel:0.000}; Spiegelhalter z = {test.SpiegelhalterZ:0.00}).");
        console.WriteLine($"Recalibrators by cross-validation on {chosen.Rows:N0} rows; {metric} {chosen.Before:0.0000} as they come:");
        var trials = new Spectre.Console.Table().Border(TableBorder.None).AddColumn("recalibrator").AddColumn(new Spectre.Console.TableColumn(metric).RightAligned()).AddColumn("difference, 95% interval");
        foreach (var trial in chosen.Trials.OrderBy(trial => trial.Value))
            trials.AddRow(new Text(trial.Name), new Text($"{trial.Value:0.0000}"), new Text($"{trial.Gain.Value:+0.0000;-0.0000;0.0000} {trial.Gain.Interval}"));
        console.Write(trials);
        foreach (var note in notes)
            console.WriteLine(note);
        console.WriteLine(output is null ? "None gains beyond chance: nothing was written." : $"Wrote {output}: {name}.");
    }
}
