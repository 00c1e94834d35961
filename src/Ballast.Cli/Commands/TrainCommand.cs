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

/// <summary><c>ballast train</c>: a model of a table, with out-of-fold figures, or a network of images, judged on images that trained nothing.</summary>
internal static class TrainCommand
{
    public static Verb Create()
    {
        var table = new Argument<string>("TABLE") { Description = "A table (csv, tsv, Parquet, JSON lines, also .gz), a folder of images by class, or an IDX file of images." };
        var target = new Option<string?>("--target") { Description = "The column to predict, for tables.", HelpName = "COL" };
        var kind = new Option<string>("--model-kind")
        {
            Description = $"Tables: trees, logistic (ridge for numbers), mlp, resnet, or auto: the better of the first two out of fold. Images: {string.Join(", ", ImageNetworks.Names)}, or auto: small-cnn.",
            HelpName = "KIND",
            DefaultValueFactory = _ => "auto",
        };
        kind.AcceptOnlyFromAmong([.. tableKinds, .. ImageNetworks.Names]);
        var weights = new Option<bool>("--class-weights") { Description = "Make every class count alike." };
        var resample = new Option<string?>("--resample")
        {
            Description = "Resample the training rows, inside every fold, by a method of resample; missing values are filled for it.",
            HelpName = "NAME",
        };
        var uncorrected = new Option<bool>("--uncorrected") { Description = "Leave probabilities at the class shares of the resampled or weighted rows; by default they go back to those of the table." };
        var folds = new Option<int>("--folds") { Description = "Folds of the cross-validation.", HelpName = "K", DefaultValueFactory = _ => 5 };
        var groupFolds = new Option<string?>("--group-folds") { Description = "Keep rows that share this column's value in one fold; the column is no feature.", HelpName = "COL" };
        var output = new Option<string?>("--out") { Description = "The model file to write: model.ballast for tables; model.safetensors, or .onnx, for images.", HelpName = "FILE" };
        var (network, images) = (new NetworkSettings(), new ImageSettings());
        var compare = new Option<string[]>("--compare")
        {
            Description = "Compare losses, samplers and methods of networks on one split: loss[@sampler][+method], such as ce balanced-softmax ce@sqrt+crt.",
            HelpName = "CANDIDATES",
            AllowMultipleArgumentsPerToken = true,
        };
        var seeds = new Option<int>("--seeds") { Description = "Repetitions of a comparison.", HelpName = "N", DefaultValueFactory = _ => 3 };
        var verb = new Verb("train", "Train a model of a table or of images and measure it.", session =>
        {
            var candidates = session.Get(compare) ?? [];
            if (session.Given(seeds) && candidates.Length == 0)
                throw new ArgumentException("--seeds goes with --compare.");
            Guard.Positive(session.Get(seeds), "--seeds");
            if (ImageInput.Is(session.Get(table)!))
            {
                if (new Option[] { target, weights, resample, uncorrected, folds, groupFolds }.FirstOrDefault(session.Given) is { } stray)
                    throw new ArgumentException($"{stray.Name} is for tables; '{session.Get(table)}' holds images.");
                var job = images.Read(session, session.Get(table)!, session.Get(kind)!, session.Get(output) ?? "model.safetensors");
                return candidates.Length > 0
                    ? ComparisonRun.OfImages(session, job, network.Read(session), candidates, session.Get(seeds))
                    : ImageTraining.Run(session, job, network.Read(session));
            }
            if (images.GivenForImages(session) is { } strayImage)
                throw new ArgumentException($"{strayImage.Name} is for images; '{session.Get(table)}' is a table.");
            var balance = new ClassBalance(session.Get(resample), session.Get(weights), !session.Get(uncorrected), session.Seed);
            var tableJob = new Job(
                session.Get(table)!, session.Get(target) ?? throw new ArgumentException("A table needs --target: the column to predict."), session.Get(kind)!, balance, session.Get(folds), session.Get(groupFolds), session.Get(output) ?? "model.ballast")
            { Candidates = candidates, Seeds = session.Get(seeds), Fractions = images.Fractions(session), Network = network.Read(session) };
            if (tableJob is { IsNetwork: false, Candidates.Length: 0 } && network.Given(session) is { } strayNetwork)
                throw new ArgumentException($"{strayNetwork.Name} is for networks: give --model-kind mlp or resnet.");
            return Run(session, tableJob);
        })
        { table, target, kind, weights, resample, uncorrected, folds, groupFolds, output, compare, seeds };
        foreach (var option in network.All.Concat(images.All))
            verb.Add(option);
        return verb;
    }

    private static int Run(CommandSession session, Job job)
    {
        if (job.Balance is { Weigh: true, Method: not null })
            throw new ArgumentException("Give --class-weights or --resample, not both.");
        if (job.Balance is { IsAsked: false, Corrects: false })
            throw new ArgumentException("--uncorrected goes with --class-weights or --resample.");
        var table = TableReader.Read(job.Table, progress: session.Progress, cancellation: session.Cancellation);
        var target = TargetCoding.Fit(table, job.Target);
        var encoder = FeatureEncoder.Fit(table, FeaturesOf(table, job));
        var encoded = encoder.Transform(table, target, job.GroupFolds);
        foreach (var note in encoded.Notes)
            session.Warn(note);

        if (job.Candidates.Length > 0)
            return target.Task == TaskKind.Classification
                ? ComparisonRun.OfTable(session, encoded.Data, job.Architecture, job.Fractions, job.Network, job.Candidates, job.Seeds)
                : throw new ArgumentException($"--compare needs classes, but '{job.Target}' holds numbers.");

        var outcome = target.Task == TaskKind.Classification ? TrainClassifier(session, job, encoded.Data) : TrainRegressor(session, job, encoded.Data);
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

    // Columns that name a row, hold text or never vary tell nothing about new rows.
    private static string[] FeaturesOf(Table table, Job job) => [.. table.Columns
        .Where(column => column.Name != job.Target && column.Name != job.GroupFolds)
        .Where(column => column.Kind is ColumnKind.Numeric or ColumnKind.Categorical or ColumnKind.Boolean or ColumnKind.Date)
        .Select(column => column.Name)];

    private static Outcome TrainClassifier(CommandSession session, Job job, Dataset data)
    {
        IClassifier[] learners = job.Kind switch
        {
            "trees" => [Trees()],
            "logistic" => [Logistic()],
            "mlp" or "resnet" => [new NetworkClassifier(job.Network.ForTable(job.Architecture))],
            "auto" => [Trees(), Logistic()],
            _ => throw NoSuchKind(job.Kind),
        };
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

    private static Outcome TrainRegressor(CommandSession session, Job job, Dataset data)
    {
        if (job.Balance.IsAsked)
            throw new ArgumentException($"{(job.Balance.Weigh ? "--class-weights" : "--resample")} needs classes, but '{job.Target}' holds numbers.");
        IRegressor[] learners = job.Kind switch
        {
            "trees" => [Trees()],
            "logistic" => [new RidgeRegression()],
            "mlp" or "resnet" => [new NetworkRegressor(job.Network.ForTable(job.Architecture) with { Loss = null, Method = null })],
            "auto" => [Trees(), new RidgeRegression()],
            _ => throw NoSuchKind(job.Kind),
        };
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

    private static void Print(IAnsiConsole console, Job job, Outcome outcome, int rows)
    {
        console.WriteLine($"{outcome.Name}, {rows:N0} rows, out of fold over {job.Folds} folds:");
        foreach (var (name, _, text) in outcome.Metrics)
            console.WriteLine($"  {name}  {text}");
        console.WriteLine($"Wrote {job.Output}.");
    }

    private static ArgumentException NoSuchKind(string kind) => new($"There is no model kind '{kind}' for tables{(Spelling.Nearest(kind, tableKinds) is { } near ? $"; did you mean '{near}'?" : ".")} There are {string.Join(", ", tableKinds)}.");

    private static readonly string[] tableKinds = ["trees", "logistic", "mlp", "resnet", "auto"];

    private sealed record Job(string Table, string Target, string Kind, ClassBalance Balance, int Folds, string? GroupFolds, string Output)
    {
        public required string[] Candidates { get; init; }

        public required int Seeds { get; init; }

        public required SplitFractions Fractions { get; init; }

        public required NetworkChoices Network { get; init; }

        public bool IsNetwork => Kind is "mlp" or "resnet";

        public TabularArchitecture Architecture => Kind == "resnet" ? TabularArchitecture.ResNet : TabularArchitecture.Mlp;
    }

    private sealed record Outcome(SavedModel Model, string Name, IReadOnlyList<(string Name, double Value, string Text)> Metrics);
}
