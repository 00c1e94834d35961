using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Evaluation.Leakage;
using Ballast.Evaluation.Slices.Noise;
using Ballast.Learning.Remedies;
using Ballast.Learning.Tabular;
using Ballast.Learning.Tabular.Onnx;

namespace Ballast.Cli.Checks;

/// <summary>The main job, from a table to findings, remedies and the best model. Reads top to bottom.</summary>
internal sealed class CheckRun(CheckOptions options, IProgress<ProgressUpdate>? progress, CancellationToken cancellation)
{
    private const int FewestRows = 20;
    private const int MostClasses = 500;

    private static readonly ICheck[] ColumnChecks = [new ConstantColumnCheck(), new IdentifierColumnCheck(), new MissingValuesCheck(), new LeakageCheck(), new DuplicatesCheck()];
    private static readonly ICheck[] ClassChecks = [new LabelSpellingCheck(), new LabelErrorsCheck(), new ClassImbalanceCheck(), new CalibrationCheck(), new ThresholdCheck(), new GroupGapCheck(), new WeakSliceCheck(), new NeuralCollapseCheck(), new RobustnessCheck(), new BitFlipCheck()];
    private static readonly ICheck[] TargetChecks = [new TargetOutliersCheck(), new GroupGapCheck(), new WeakSliceCheck()];

    /// <summary>Does the job; writes nothing.</summary>
    public CheckOutcome Run()
    {
        var table = ReadTable();
        var (coding, taskReason) = ReadTarget(table);
        var audit = Encode(table, coding);

        // What would spoil the rest is set aside before any model is trained.
        RunChecks(ColumnChecks, audit);

        IReadOnlyList<RemedyResult> remedies = [];
        HandedBack? model = null;
        if (!audit.Features().Any())
            audit.Note("No column is left to predict from: nothing below could be judged.");
        else if (audit.IsClassification)
        {
            (OnnxClassifier, FeatureEncoder)? given = options.Model is null ? null : JudgeGiven(audit, coding);
            if (given is null)
                PredictClasses(audit);
            RunChecks(ClassChecks, audit);
            (remedies, model) = given is { } user ? MendGiven(audit, coding, user) : MendByTraining(audit, coding);
        }
        else
        {
            model = PredictTargets(audit, coding);
            RunChecks(TargetChecks, audit);
        }
        return new CheckOutcome(ReportComposer.Compose(audit, coding, taskReason, remedies, model), audit, coding, model);
    }

    private Table ReadTable()
    {
        progress?.Report(new ProgressUpdate("reading", 0));
        return TableReader.Read(options.Table, new TableReadOptions
        {
            MaxRows = options.MaxRows,
            Seed = options.Seed,
            StratifyBy = options.Target,
            Ignore = options.Ignore,
            Categorical = options.Categorical,
            Numeric = options.Numeric,
        }, progress, cancellation);
    }

    private (TargetCoding Coding, string Reason) ReadTarget(Table table)
    {
        if (options.Ignore.Contains(options.Target))
            throw new ArgumentException($"Column '{options.Target}' is the target; it cannot be ignored.");
        if (options.Group is { } group)
            _ = table[group];
        var guess = TaskGuess.For(table[options.Target]);
        TaskKind? asked = options.Task switch
        {
            null => null,
            "classification" => TaskKind.Classification,
            "regression" => TaskKind.Regression,
            _ => throw new ArgumentException($"Task '{options.Task}' is neither 'classification' nor 'regression'."),
        };
        var coding = TargetCoding.Fit(table, options.Target, asked ?? guess.Task);
        if (coding.Task == TaskKind.Classification && coding.ClassCount < 2)
            throw new DataFormatException(table.Source, $"one class, '{coding.ClassNames[0]}'", "at least two classes", column: options.Target);
        if (coding.Task == TaskKind.Classification && coding.ClassCount > Math.Min(MostClasses, table.RowCount / 2))
            throw new DataFormatException(table.Source, $"{coding.ClassCount} different values in {table.RowCount} rows", $"classes (at most {MostClasses}, each met twice or more on average), or numbers with --task regression", column: options.Target);
        return (coding, asked is null ? guess.Reason : "as asked by --task");
    }

    private Audit Encode(Table table, TargetCoding coding)
    {
        foreach (var name in options.Ignore)
            _ = table[name];
        var features = table.Columns.Where(c => c.Name != options.Target && !options.Ignore.Contains(c.Name)
            && c.Kind is ColumnKind.Numeric or ColumnKind.Categorical or ColumnKind.Boolean or ColumnKind.Date).Select(c => c.Name).ToArray();
        var encoded = FeatureEncoder.Fit(table, features).Transform(table, coding);
        if (encoded.Data.Count < FewestRows)
            throw new DataFormatException(table.Source, $"{encoded.Data.Count} rows with a target", $"at least {FewestRows}");

        var positions = new int[encoded.Data.Count];
        for (var (i, row) = (0, 0); i < positions.Length; row++)
            if (table.RowNumbers[row] == encoded.Data.RowIds.Span[i])
                positions[i++] = row;
        var audit = new Audit(options, table, coding.Task == TaskKind.Classification, encoded.Data, positions);
        foreach (var note in table.Notes.Concat(encoded.Notes))
            audit.Note(note);
        foreach (var text in audit.Candidates().Where(c => c.Kind == ColumnKind.Text))
            audit.Note($"Column '{text.Name}' holds free text and was not used: {text.KindReason}.");
        return audit;
    }

    private void RunChecks(ICheck[] checks, Audit audit)
    {
        foreach (var check in checks)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new ProgressUpdate($"checking {check.Id}", 0));
            check.Run(audit, cancellation);
        }
    }

    private void PredictClasses(Audit audit)
    {
        var data = audit.Data();
        var groups = GroupsOfCopies(audit);
        var folds = Folds.StratifiedByGroup(data.Labels.Span, data.ClassCount, groups, Math.Min(options.Folds, groups.Distinct().Count()), options.Seed);
        var (learner, outOfFold, judge) = Learners.Choose(data, folds, options.Seed, progress, cancellation);
        var suspects = SuspectedLabels.Find(data.Labels, outOfFold, cancellation: cancellation).Mask;
        var again = judge.PredictWithout(suspects, data, groups, folds, options.Seed, progress, cancellation);
        progress?.Report(new ProgressUpdate("seeking parts with wrong labels", 0));
        audit.Judged = new Judged(data, groups, folds, learner, outOfFold, again, new NoiseScan().Find(data, again, groups, cancellation));
        Score(audit);
    }

    private (OnnxClassifier Model, FeatureEncoder Encoder) JudgeGiven(Audit audit, TargetCoding coding)
    {
        progress?.Report(new ProgressUpdate("predicting by the model given", 0));
        var user = UserModel.Open(audit, coding);
        audit.GivenInputs = user.Encoder.Transform(audit.Table, coding).Data;
        var predictions = user.Model.Predict(audit.GivenInputs);
        var data = audit.Data();
        audit.Judged = new Judged(data, GroupsOfCopies(audit), new int[data.Count], null, predictions, predictions, Noise: null);
        Score(audit);
        audit.Note("The model given is judged on the whole table; where it was trained on these rows, its figures are too good and label errors hide.");
        return user;
    }

    private static void Score(Audit audit)
    {
        var judged = audit.Judged!;
        var labels = judged.Data.Labels.ToArray();
        audit.Skill = Skill.OfProbabilities(labels, judged.OutOfFold);
        audit.Losses = [.. judged.OutOfFold.PredictedClasses().Zip(labels, (predicted, label) => predicted == label ? 0.0 : 1.0)];
    }

    private (IReadOnlyList<RemedyResult> Results, HandedBack Model) MendGiven(Audit audit, TargetCoding coding, (OnnxClassifier Model, FeatureEncoder Encoder) user)
    {
        var (results, model, chosen) = UserModelTrials.Run(audit, user.Model, cancellation);
        return (results, new HandedBack(user.Encoder, coding, model, null, "the model given", chosen));
    }

    private (IReadOnlyList<RemedyResult> Results, HandedBack Model) MendByTraining(Audit audit, TargetCoding coding)
    {
        var trials = new RemedyTrials(audit.Judged!, audit.IsTrusted, options);
        if (trials.Sampled is { } rows)
            audit.Note($"Remedies were tried on {rows} rows, drawn at random within each class.");
        var (results, chosen) = trials.Run(progress, cancellation);
        if (trials.Impossible is { } reason)
            audit.Note($"No remedy could be tried. {reason}");
        foreach (var note in trials.RankingNotes(cancellation))
            audit.Note(note);
        progress?.Report(new ProgressUpdate("training the model handed back", 0));
        var judged = audit.Judged!;
        var model = new TrainingPart(judged.Data, judged.Groups, judged.Learner!, options.Seed).Fit(chosen, cancellation);
        return (results, new HandedBack(FinalEncoder(audit), coding, model, null, judged.Learner!.Name, chosen.Name));
    }

    private HandedBack PredictTargets(Audit audit, TargetCoding coding)
    {
        if (options.Model is not null)
            throw new ArgumentException("--model is for classes; a regression target is judged by a model trained here.");
        var data = audit.Data();
        var groups = GroupsOfCopies(audit);
        var folds = Folds.ByGroup(groups, Math.Min(options.Folds, groups.Distinct().Count()), options.Seed);
        IRegressor[] regressors = [new BoostedTreesRegressor(new BoostedTreesOptions { Seed = options.Seed, Leaves = data.Count < 2_000 ? 8 : 16 }), new RidgeRegression()];
        var tried = regressors.Select(r => (Regressor: r, Predicted: CrossValidation.OutOfFold(r, data, folds, progress: progress, cancellation: cancellation))).ToArray();
        var (regressor, predicted) = tried.MaxBy(t => Skill.R2(data.Targets.Span, t.Predicted));
        audit.PredictedTargets = predicted;
        audit.Losses = [.. predicted.Select((p, i) => Math.Abs(p - data.Targets.Span[i]))];
        return new HandedBack(FinalEncoder(audit), coding, null, regressor.Fit(data, cancellation: cancellation), regressor.Name, "nothing");
    }

    private static FeatureEncoder FinalEncoder(Audit audit) => FeatureEncoder.Fit(audit.Table, [.. audit.Data().Columns.Select(c => c.Name)]);

    // Copies of a row must not stand on both sides of a fold.
    private static int[] GroupsOfCopies(Audit audit)
    {
        if (audit.Duplicates is null)
            return [.. Enumerable.Range(0, audit.Positions.Length)];
        var groups = audit.Duplicates.Groups();
        return [.. audit.Positions.Select(row => groups[row])];
    }
}

/// <summary>What a check made: the report, the state it came from, and the model.</summary>
internal sealed record CheckOutcome(CheckReport Report, Audit Audit, TargetCoding Coding, HandedBack? Model);

/// <summary>The model handed back, with all that turns a table into its input.</summary>
internal sealed record HandedBack(FeatureEncoder Encoder, TargetCoding Coding, TreatedModel? Classifier, ITrainedRegressor? Regressor, string Learner, string Treatment);
