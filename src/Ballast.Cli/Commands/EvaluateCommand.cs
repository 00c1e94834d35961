using System.CommandLine;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Evaluation.Calibration.Measures;
using Ballast.Evaluation.Metrics;
using Ballast.Numerics.Intervals;
using Spectre.Console;

namespace Ballast.Cli.Commands;

/// <summary><c>ballast evaluate PREDICTIONS --labels COL ...</c>: every metric with its interval.</summary>
internal static class EvaluateCommand
{
    public static Verb Create()
    {
        var path = new Argument<string>("PREDICTIONS") { Description = "Table with labels and predictions, or an npy array of scores or probabilities." };
        var labels = new Option<string>("--labels") { Description = "The label column; for npy the file of class indices, or of numbers with --predicted.", HelpName = "COL", Required = true };
        var probabilities = new Option<string[]>("--probabilities")
        {
            Description = "Probability columns, named as the labels, or one prefix before the labels.",
            HelpName = "COLS",
            AllowMultipleArgumentsPerToken = true,
        };
        var scores = new Option<string?>("--scores") { Description = "Score column of the positive class.", HelpName = "COL" };
        var positive = new Option<string?>("--positive") { Description = "The label that counts as positive.", HelpName = "VALUE" };
        var threshold = new Option<double>("--threshold") { Description = "Positive from this score on.", HelpName = "T", DefaultValueFactory = _ => 0.5 };
        var miss = new Option<double>("--annotator-miss") { Description = "Chance that annotators miss a positive.", HelpName = "B" };
        var falseAlarm = new Option<double>("--annotator-false") { Description = "Chance that annotators flag a negative.", HelpName = "A" };
        var predicted = new Option<string?>("--predicted")
        {
            Description = "Column of predicted numbers: labels are real targets, measured by R2, MAE and RMSE; nothing for an npy array.",
            HelpName = "COL",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var embeddings = new Option<string[]>("--embeddings")
        {
            Description = "The file holds embeddings: columns, or one prefix that they share; nothing for an npy array. Tells whether one threshold of 'same or not' serves all classes.",
            HelpName = "COLS",
            Arity = ArgumentArity.ZeroOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        var far = new Option<double[]>("--far")
        {
            Description = "Lowest and highest false accept rate that thresholds of embeddings are taken at.",
            HelpName = "LOW HIGH",
            Arity = new ArgumentArity(2, 2),
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [0.01, 0.1],
        };
        return new Verb("evaluate", "Measure predictions against labels: every metric with its interval.", session =>
        {
            var file = session.Get(path)!;
            if (session.Given(embeddings))
            {
                if (session.Given(probabilities) || session.Given(scores) || session.Given(positive) || session.Given(predicted))
                    throw new ArgumentException("--embeddings goes with --labels and --far alone.");
                return EmbeddingEvaluation.Run(session, file, session.Get(labels)!, [.. (session.Get(embeddings) ?? []).SelectMany(names => names.Split(','))], (session.Get(far)![0], session.Get(far)![1]));
            }
            if (session.Given(far))
                throw new ArgumentException("--far goes with --embeddings.");
            if (session.Given(predicted))
            {
                if (session.Given(probabilities) || session.Given(scores) || session.Given(positive) || session.Given(threshold) || session.Given(miss) || session.Given(falseAlarm))
                    throw new ArgumentException("--predicted goes with --labels alone.");
                return RegressionEvaluation.Run(session, file, session.Get(labels)!, session.Get(predicted));
            }
            var input = EvaluationInput.Read(
                file, session.Get(labels)!, [.. (session.Get(probabilities) ?? []).SelectMany(names => names.Split(','))], session.Get(scores), session.Get(positive), session.Cancellation);
            session.Record.Data(DataFingerprint.Of(file));
            var bootstrap = new BootstrapOptions { Seed = session.Seed };
            if (input.Scores is { } own)
                return Binary(session, input.Labels, own, session.Get(threshold), (session.Get(falseAlarm), session.Get(miss)), bootstrap);
            if (session.Given(threshold) || session.Given(miss) || session.Given(falseAlarm))
                throw new ArgumentException("--threshold, --annotator-miss and --annotator-false need --positive.");
            return Multiclass(session, input, bootstrap);
        })
        { path, labels, probabilities, scores, predicted, positive, threshold, miss, falseAlarm, embeddings, far };
    }

    private static int Binary(CommandSession session, int[] labels, double[] scores, double threshold, (double FalseAlarm, double Miss) noise, BootstrapOptions bootstrap)
    {
        var report = BinaryMetrics.FromScores(labels, scores, threshold, bootstrap, session.Cancellation);
        var figures = BinaryMetricNames.All.Select(metric => (Name: metric.Key(), Estimate: report[metric]))
            .Concat(RankingMetricNames.All.Where(metric => report[metric] is not null).Select(metric => (Name: metric.Key(), Estimate: report[metric]!.Value))).ToList();
        var notes = report.Notes.ToList();
        double? cap = null;
        if (noise != (0, 0))
        {
            var inverted = AnnotationNoise.Invert(report.Metrics.Counts, noise.FalseAlarm, noise.Miss, bootstrap, session.Cancellation);
            figures.Add(("true_prevalence", inverted.Prevalence));
            if (inverted is { Recall: { } recall, FalsePositiveRate: { } rate })
                figures.AddRange([("true_recall", recall), ("true_fpr", rate)]);
            if (inverted.Note is not null)
                notes.Add(inverted.Note);
            notes.AddRange(inverted.Clipped.Select(name => $"The estimate of the true {name} lay outside [0, 1] and was clipped."));
            if (inverted.UndefinedDraws > 0)
                notes.Add($"{inverted.UndefinedDraws} of {bootstrap.Draws} resamples gave no true recall; its interval leaves them out.");
            cap = AnnotationNoise.Cap(inverted.Prevalence.Value, noise.FalseAlarm, noise.Miss)[BinaryMetric.F1];
            notes.Add($"On labels this noisy a perfect model would show an F1 of {cap:0.###}.");
        }
        // Scores outside [0, 1] rank and decide, but promise no share.
        if (scores.All(score => score is >= 0 and <= 1))
        {
            var calibration = CalibrationFigures.Of(new Predictions([.. scores.SelectMany(score => new[] { 1 - score, score })], 2), labels, bootstrap, session.Cancellation);
            figures.AddRange(calibration.Errors);
            notes.AddRange(calibration.Notes);
        }
        return Show(session, labels.Length, figures, report.Undefined, notes, new { threshold, positives = report.Sweep.Positives, f1Cap = cap });
    }

    private static int Multiclass(CommandSession session, EvaluationInput input, BootstrapOptions bootstrap)
    {
        var predictions = input.Probabilities!;
        var report = MulticlassReport.From(input.Labels, predictions.PredictedClasses(), predictions.Classes, bootstrap, session.Cancellation);
        var probabilities = ProbabilityReport.From(predictions, input.Labels, bootstrap, session.Cancellation);
        List<(string Name, Estimate Estimate)> figures =
        [
            .. MulticlassMetricNames.All.Where(metric => metric != MulticlassMetric.MacroAveragedMae).Select(metric => (metric.Key(), report[metric])),
            ("log_loss", probabilities.LogLoss), ("brier", probabilities.Brier),
        ];
        for (var k = 0; k < predictions.Classes; k++)
        {
            figures.AddRange([($"recall[{input.ClassNames[k]}]", report.Recall(k)), ($"precision[{input.ClassNames[k]}]", report.Precision(k)), ($"f1[{input.ClassNames[k]}]", report.F1(k))]);
            if (probabilities.Classes[k].RocAuc is { } auc)
                figures.Add(($"roc_auc[{input.ClassNames[k]}]", auc));
        }
        var notes = new List<string>();
        if (report.Metrics.AbsentClasses.Count > 0)
            notes.Add($"No row is labelled {string.Join(", ", report.Metrics.AbsentClasses.Select(k => input.ClassNames[k]))}: averages leave these classes out.");
        if (predictions.Clipped > 0)
            notes.Add($"{predictions.Clipped} probabilities lay a hair outside [0, 1] and were clipped.");
        var calibration = CalibrationFigures.Of(predictions, input.Labels, bootstrap, session.Cancellation);
        figures.AddRange(calibration.Errors);
        notes.AddRange(calibration.Notes);
        return Show(session, input.Labels.Length, figures, report.Metrics.Undefined, notes, new { classes = input.ClassNames, calibrationError = calibration.Report[CalibrationMetric.EqualWidthError].Value, calibrated = calibration.Test });
    }

    /// <summary>Records and shows figures with their intervals.</summary>
    internal static int Show<T>(
        CommandSession session, int rows, IReadOnlyList<(string Name, Estimate Estimate)> figures, IReadOnlyList<string> undefined, IReadOnlyList<string> notes, T about)
    {
        foreach (var (name, estimate) in figures)
            session.Record.Metric(name, estimate.Value);
        var result = new
        {
            rows,
            about,
            metrics = figures.ToDictionary(
                figure => figure.Name, figure => new { figure.Estimate.Value, figure.Estimate.Interval.Low, figure.Estimate.Interval.High, figure.Estimate.Count }),
            undefined,
            notes,
        };
        session.Show(result, console =>
        {
            var table = new Spectre.Console.Table().Border(TableBorder.None).AddColumn("metric").AddColumn(new Spectre.Console.TableColumn("value").RightAligned()).AddColumn("95% interval")
                .AddColumn(new Spectre.Console.TableColumn("rows").RightAligned());
            foreach (var (name, (value, interval, count)) in figures)
                table.AddRow(new Text(name), new Text($"{value:0.0000}"), new Text($"{interval}"), new Text($"{count}"));
            console.Write(table);
            if (undefined.Count > 0)
                console.WriteLine($"Not defined here: {string.Join(", ", undefined)}.");
            foreach (var note in notes)
                console.WriteLine(note);
        });
        return ExitCode.Done;
    }
}
