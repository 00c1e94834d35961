using System.CommandLine;
using Ballast.Cli.Commands.Networks;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Data.Splitting;
using Ballast.Evaluation.Metrics;
using Ballast.Learning.Tabular;
using Ballast.Learning.Tabular.Saving;
using Spectre.Console;
using Table = Ballast.Data.Reading.Table;

namespace Ballast.Cli.Commands;

/// <summary><c>train</c> on a table: judged out of fold, then fitted on all rows and saved.</summary>
internal static class TableTraining
{
    /// <summary>Trains, measures out of fold, and writes the model.</summary>
    /// <param name="session">The session.</param>
    /// <param name="job">What is asked.</param>
    /// <param name="network">How a network is trained, where the kind is one.</param>
    /// <param name="forClasses">An option that the user gave and that is of use for classes alone; null for none.</param>
    public static int Run(CommandSession session, TableJob job, NetworkChoices network, Option? forClasses)
    {
        if (NetworkReading.IsNetwork(job.Output))
            throw new ArgumentException($"A model of a table holds its columns as well as its network: write it as .ballast, then export the network as '{job.Output}'.");
        OutputFile.Apart(OutputFile.Checked(job.Output, "A model of a table"), job.Table);
        if (job.IsNetwork && network is { Patience: 0 } && network.MakeMethod() is { NeedsValidation: true })
            throw new ArgumentException($"--method {network.Method} picks its strength on rows that are set aside: give --patience above 0.");
        var (encoder, target, encoded) = Read(session, job);
        if (target.Task != TaskKind.Classification && forClasses is not null)
            throw new ArgumentException($"{forClasses.Name} needs classes, but '{job.Target}' holds numbers.");
        var outcome = target.Task == TaskKind.Classification ? TrainClassifier(session, job, network, encoded.Data) : TrainRegressor(session, job, network, encoded.Data);
        var fingerprint = DataFingerprint.Of(job.Table);
        ModelFile.Save(job.Output, outcome.Model with
        {
            Encoder = encoder,
            Target = target,
            Provenance = new ModelProvenance(typeof(ModelFile).Assembly.GetName().Version!.ToString(3), session.Seed, encoded.Data.Count, fingerprint),
        });

        session.Record.Data(fingerprint);
        session.Record.Artefact(job.Output);
        foreach (var (name, value, _) in outcome.Metrics)
            session.Record.Metric(name, value);
        session.Show(
            new { model = outcome.Name, rows = encoded.Data.Count, folds = job.Folds, metrics = outcome.Metrics.ToDictionary(m => m.Name, m => m.Value), output = Path.GetFullPath(job.Output) },
            console => Print(console, job, outcome, encoded.Data.Count));
        return ExitCode.Done;
    }

    /// <summary>Compares networks on one split of the table.</summary>
    public static int Compare(CommandSession session, TableJob job, NetworkChoices network, SplitFractions fractions, IReadOnlyList<string> candidates, int seeds)
    {
        if (job.Kind is not "auto" && !job.IsNetwork)
            throw new ArgumentException($"--compare compares networks, and {job.Kind} is none: give --model-kind mlp or resnet.");
        var (_, target, encoded) = Read(session, job);
        return target.Task == TaskKind.Classification
            ? ComparisonRun.OfTable(session, encoded.Data, job.Architecture, fractions, network, candidates, seeds)
            : throw new ArgumentException($"--compare needs classes, but '{job.Target}' holds numbers.");
    }

    private static (FeatureEncoder Encoder, TargetCoding Target, EncodedTable Encoded) Read(CommandSession session, TableJob job)
    {
        var table = TableReader.Read(job.Table, progress: session.Progress, cancellation: session.Cancellation);
        var target = TargetCoding.Fit(table, job.Target);
        var encoder = FeatureEncoder.Fit(table, FeaturesOf(table, job));
        var encoded = encoder.Transform(table, target, job.GroupFolds);
        foreach (var note in encoded.Notes)
            session.Warn(note);
        return (encoder, target, encoded);
    }

    // Columns that name a row, hold text or never vary tell nothing about new rows.
    private static string[] FeaturesOf(Table table, TableJob job) => [.. table.Columns
        .Where(column => column.Name != job.Target && column.Name != job.GroupFolds)
        .Where(column => column.Kind is ColumnKind.Numeric or ColumnKind.Categorical or ColumnKind.Boolean or ColumnKind.Date)
        .Select(column => column.Name)];

    private static Outcome TrainClassifier(CommandSession session, TableJob job, NetworkChoices network, Dataset data)
    {
        IClassifier[] learners = job.Kind switch
        {
            "trees" => [Trees()],
            "logistic" => [Logistic()],
            "mlp" or "resnet" => [new NetworkClassifier(network.ForTable(job.Architecture))],
            _ => [Trees(), Logistic()],
        };
        RequireRows(job, data.Count);
        if (data.ClassCount < 2)
            throw new DataFormatException(job.Table, $"one class, '{data.ClassNames[0]}'", "at least two classes", column: job.Target);
        var folds = data.Groups.IsEmpty
            ? Folds.Stratified(data.Labels.Span, data.ClassCount, job.Folds, session.Seed)
            : Folds.StratifiedByGroup(data.Labels.Span, data.ClassCount, data.Groups.Span, job.Folds, session.Seed);
        var steps = job.Balance.Steps(job.Folds, session.Cancellation);
        var (learner, predictions) = learners
            .Select(candidate => (candidate, CrossValidation.OutOfFold(candidate, data, folds, steps, session.Progress, session.Cancellation)))
            .MinBy(pair => LogLoss(data, pair.Item2));
        var model = job.Balance.Fit(learner, data, session.Cancellation);
        var report = MulticlassReport.From(data.Labels.Span, model.Decide(predictions), data.ClassCount, cancellation: session.Cancellation);
        return new Outcome(
            model, learner.Name,
            [
                .. new[] { MulticlassMetric.Accuracy, MulticlassMetric.BalancedAccuracy, MulticlassMetric.MacroF1 }
                    .Select(metric => (metric.Key(), report[metric].Value, report[metric].ToString())),
                ("log_loss", LogLoss(data, predictions), $"{LogLoss(data, predictions):0.####} (n={data.Count})"),
            ]);

        IClassifier Trees() => new BoostedTrees(new() { Seed = session.Seed });
        IClassifier Logistic() => new LogisticRegression();
    }

    private static void RequireRows(TableJob job, int rows)
    {
        if (rows < job.Folds)
            throw new DataFormatException(job.Table, rows == 1 ? "one row with a target" : $"{rows} rows with a target", $"a row for each of {job.Folds} folds at least");
    }

    private static Outcome TrainRegressor(CommandSession session, TableJob job, NetworkChoices network, Dataset data)
    {
        if (job.Balance.IsAsked)
            throw new ArgumentException($"{(job.Balance.Weigh ? "--class-weights" : "--resample")} needs classes, but '{job.Target}' holds numbers.");
        IRegressor[] learners = job.Kind switch
        {
            "trees" => [Trees()],
            "logistic" => [new RidgeRegression()],
            "mlp" or "resnet" => [new NetworkRegressor(network.ForTable(job.Architecture) with { Loss = null, Method = null, Objective = null })],
            _ => [Trees(), new RidgeRegression()],
        };
        RequireRows(job, data.Count);
        var folds = data.Groups.IsEmpty ? Folds.Plain(data.Count, job.Folds, session.Seed) : Folds.ByGroup(data.Groups.Span, job.Folds, session.Seed);
        var (learner, error) = learners
            .Select(candidate => (candidate, RootMeanSquare(data, CrossValidation.OutOfFold(candidate, data, folds, progress: session.Progress, cancellation: session.Cancellation))))
            .MinBy(pair => pair.Item2);
        return new Outcome(
            new SavedModel(learner.Fit(data, cancellation: session.Cancellation)), learner.Name, [("root_mean_square_error", error, $"{error:0.####} (n={data.Count})")]);

        IRegressor Trees() => new BoostedTreesRegressor(new() { Seed = session.Seed });
    }

    private static double LogLoss(Dataset data, Predictions predictions) =>
        Enumerable.Range(0, data.Count).Average(i => -Math.Log(Math.Max(1e-15, predictions[i, data.Labels.Span[i]])));

    private static double RootMeanSquare(Dataset data, double[] predicted) =>
        Math.Sqrt(Enumerable.Range(0, data.Count).Average(i => Math.Pow(predicted[i] - data.Targets.Span[i], 2)));

    private static void Print(IAnsiConsole console, TableJob job, Outcome outcome, int rows)
    {
        console.WriteLine($"{outcome.Name}, {rows:N0} rows, out of fold over {job.Folds} folds:");
        foreach (var (name, _, text) in outcome.Metrics)
            console.WriteLine($"  {name}  {text}");
        console.WriteLine($"Wrote {job.Output}.");
    }

    private sealed record Outcome(SavedModel Model, string Name, IReadOnlyList<(string Name, double Value, string Text)> Metrics);
}
