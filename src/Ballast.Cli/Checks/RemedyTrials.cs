using Ballast.Cli.Reports;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Evaluation.Metrics;
using Ballast.Learning.Remedies;
using Ballast.Learning.Tabular;
using Ballast.Numerics.Intervals;

namespace Ballast.Cli.Checks;

/// <summary>Tries every remedy by nested cross-validation and says which of them the model handed back should use.</summary>
/// <remarks>
/// Whatever a remedy learns it learns inside an outer fold's training rows; it is judged on the rows held out. Where the model is good enough for
/// its suspicions to count, rows whose label is suspected are not judged, by any remedy: the suspicion comes from models that never saw the row, and wrong
/// labels must not reward a remedy for repeating them. A remedy is chosen when the 95% interval of its paired difference lies on the good side of zero; one that
/// touches labels must besides not lose on all rows with their labels as given, since leaving out hard rows would flatter it, nor raise the log loss, since
/// training on one's own opinion makes a model too sure.
/// </remarks>
internal sealed class RemedyTrials
{
    private const int OuterFolds = 5;
    private const int RowsKeptOfEachClass = 40;
    private const long MostCells = 600_000;
    private const int FewestRows = 3_000;
    private const string Decisions = "macro F1";
    private const string Probabilities = "log loss";

    private readonly Dataset data;
    private readonly int[] groups, foldOfRow, trusted;
    private readonly TrainingPart[] parts;
    private readonly int seed;
    private readonly Dictionary<Treatment, Trial> trials = [];

    // Probabilities of an impossible treatment are null and never asked for.
    private sealed record Trial(int[] Decided, Predictions Probabilities, string? Impossible);

    public RemedyTrials(Judged judged, Func<int, bool> isTrusted, CheckOptions options)
    {
        // Trials train some fifty models: their time goes with rows x features x classes.
        var most = (int)Math.Clamp(MostCells / ((long)judged.Data.Width * judged.Data.ClassCount), FewestRows, options.MaxRemedyRows);
        var rows = Sample(judged.Data, most, options.Seed);
        Sampled = rows.Length < judged.Data.Count ? rows.Length : null;
        seed = options.Seed;
        data = judged.Data.Select(rows);
        groups = [.. rows.Select(i => judged.Groups[i])];
        trusted = [.. Enumerable.Range(0, rows.Length).Where(i => isTrusted(rows[i]))];
        foldOfRow = Folds.StratifiedByGroup(data.Labels.Span, data.ClassCount, groups, Math.Min(OuterFolds, groups.Distinct().Count()), seed);
        parts = [.. Enumerable.Range(0, foldOfRow.Max() + 1).Select(f => Part(judged.Learner!, Positions(fold => fold != f)))];
    }

    /// <summary>Rows the remedies were tried on where that is fewer than all; null for all.</summary>
    public int? Sampled { get; }

    /// <summary>Why nothing could be tried; null where it could.</summary>
    public string? Impossible { get; private set; }

    /// <summary>Tries the remedies one by one, then the chosen ones together.</summary>
    public (IReadOnlyList<RemedyResult> Results, Treatment Chosen) Run(IProgress<ProgressUpdate>? progress, CancellationToken cancellation)
    {
        Treatment[] labelling = [new(LabelTreatment.DropSuspects), new(LabelTreatment.RelabelSuspects)];
        Treatment[] balancing =
        [
            new(Balance: BalanceTreatment.ClassWeights), new(Balance: BalanceTreatment.ClassBalanced), new(Balance: BalanceTreatment.LogitAdjusted), new(Balance: BalanceTreatment.Smote),
            new(Balance: BalanceTreatment.TunedDecision),
        ];
        var recalibrating = new Treatment(Recalibrate: true);
        Try([Treatment.None, .. labelling, .. balancing, recalibrating], progress, cancellation);
        // A class with one row, or with copies of one: where it is held out, nothing can be trained to begin with.
        if (trials[Treatment.None].Impossible is { } reason)
        {
            Impossible = reason;
            return ([], Treatment.None);
        }

        RemedyResult[] singles = [.. labelling.Concat(balancing).Select(t => Judge(t, cancellation)), Judge(recalibrating, cancellation)];
        var labels = Best(labelling, singles, cancellation)?.Labels ?? LabelTreatment.AsGiven;
        var balance = Best(balancing, singles, cancellation)?.Balance ?? BalanceTreatment.AsIs;
        var together = new Treatment(labels, balance, singles[^1].Chosen);
        if (!trials.ContainsKey(together))
            Try([together], progress, cancellation);
        // Two that gain apart need not gain more together.
        var best = labelling.Concat(balancing).MaxBy(t => singles.First(r => r.Name == t.Name) is { Chosen: true } result ? result.After : double.NegativeInfinity)!;
        if (labels != LabelTreatment.AsGiven && balance != BalanceTreatment.AsIs && !(Judge(together, cancellation).After >= singles.First(r => r.Name == best.Name).After))
            together = best with { Recalibrate = together.Recalibrate };
        if (!trials.ContainsKey(together))
            Try([together], progress, cancellation);

        var results = singles.Select(r => r.Chosen && !IsPart(r, together) ? r with { Chosen = false, Note = "gain, but more is gained without it" } : r).ToList();
        if (together != Treatment.None && trials[together].Impossible is null && results.Count(r => r.Chosen) > 1)
            results.Add(Judge(together, cancellation) with { Name = $"together: {together.Name}", Chosen = true });
        return (results, trials[together].Impossible is null ? together : Treatment.None);
    }

    /// <summary>For two classes: what class weights and SMOTE do to the ranking of rows, apart from where the threshold comes to lie.</summary>
    public IEnumerable<string> RankingNotes(CancellationToken cancellation)
    {
        if (Impossible is not null || data.ClassCount != 2 || trusted.Select(i => data.Labels.Span[i]).Distinct().Count() < 2)
            yield break;
        int[] labels = [.. trusted.Select(i => data.Labels.Span[i])];
        double[] Scores(Trial trial) => [.. trusted.Select(i => trial.Probabilities[i, 1])];
        var before = Scores(trials[Treatment.None]);
        foreach (var treatment in new Treatment[] { new(Balance: BalanceTreatment.ClassWeights), new(Balance: BalanceTreatment.Smote) })
        {
            if (!trials.TryGetValue(treatment, out var trial) || trial.Impossible is not null)
                continue;
            var after = Scores(trial);
            var gain = ScoreComparison.Run(labels, before, after, new BootstrapOptions { Draws = labels.Length > 20_000 ? 300 : 1000, Seed = seed }, cancellation)[RankingMetric.RocAuc];
            var figures = $"ROC AUC {RocAuc(labels, before):0.000} to {RocAuc(labels, after):0.000}, {Figures.Level(gain.Interval)} of the difference {Figures.DifferenceRange(gain.Interval)}, n = {Figures.Count(labels.Length)}";
            var who = treatment.Balance == BalanceTreatment.Smote ? "SMOTE" : "Class weights";
            yield return gain.Interval.Low > 0
                ? $"{who} improved the ranking of rows ({figures}): that gain is more than moving the threshold can give."
                : $"{who} did not improve the ranking of rows ({figures}): whatever else changes comes from moving the threshold.";
        }
    }

    private static double RocAuc(int[] labels, double[] scores) => ThresholdSweep.Run(labels, scores).RocAuc ?? double.NaN;

    private static bool IsPart(RemedyResult result, Treatment together) => together.Name.Split(" + ").Contains(result.Name);

    private static Treatment? Best(Treatment[] treatments, RemedyResult[] results, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var winners = treatments.Select(t => (Treatment: t, Result: results.First(r => r.Name == t.Name))).Where(t => t.Result.Chosen).ToArray();
        return winners.Length == 0 ? null : winners.MaxBy(w => w.Result.After).Treatment;
    }

    private void Try(Treatment[] treatments, IProgress<ProgressUpdate>? progress, CancellationToken cancellation)
    {
        var decided = treatments.Select(_ => new int[data.Count]).ToArray();
        var probabilities = treatments.Select(_ => new double[data.Count * data.ClassCount]).ToArray();
        var impossible = new string?[treatments.Length];
        var done = 0;
        Parallel.For(0, parts.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, f =>
        {
            var held = Positions(fold => fold == f);
            var rows = data.Select(held);
            for (var t = 0; t < treatments.Length; t++)
            {
                cancellation.ThrowIfCancellationRequested();
                try
                {
                    var model = parts[f].Fit(treatments[t], cancellation);
                    var predicted = model.Probabilities(rows);
                    var decisions = model.Decide(predicted);
                    for (var i = 0; i < held.Length; i++)
                    {
                        decided[t][held[i]] = decisions[i];
                        predicted.Row(i).CopyTo(probabilities[t].AsSpan(held[i] * data.ClassCount));
                    }
                }
                catch (ArgumentException error)
                {
                    // A remedy may be impossible on some rows (SMOTE with one row of a class): reported, not fatal.
                    impossible[t] = Failure.Of(error, cancellation).Sentence;
                }
                progress?.Report(new ProgressUpdate("trying remedies", (double)Interlocked.Increment(ref done) / (parts.Length * treatments.Length)));
            }
        });
        for (var t = 0; t < treatments.Length; t++)
            trials[treatments[t]] = new Trial(decided[t], impossible[t] is null ? new Predictions(probabilities[t], data.ClassCount, data.RowIds) : null!, impossible[t]);
    }

    private RemedyResult Judge(Treatment treatment, CancellationToken cancellation)
    {
        var (before, after) = (trials[Treatment.None], trials[treatment]);
        var byDecisions = treatment is not { Labels: LabelTreatment.AsGiven, Balance: BalanceTreatment.AsIs };
        if (after.Impossible is { } reason)
            return new RemedyResult(treatment.Name, byDecisions ? Decisions : Probabilities, double.NaN, double.NaN, new Interval(double.NaN, double.NaN), false, $"not possible here: {reason}");
        return byDecisions ? JudgeDecisions(treatment, before, after, cancellation) : JudgeProbabilities(treatment, before, after, cancellation);
    }

    private RemedyResult JudgeDecisions(Treatment treatment, Trial before, Trial after, CancellationToken cancellation)
    {
        int[] labels = [.. trusted.Select(i => data.Labels.Span[i])], was = [.. trusted.Select(i => before.Decided[i])], became = [.. trusted.Select(i => after.Decided[i])];
        var gain = MacroF1.Difference(labels, was, became, data.ClassCount, seed, cancellation);
        var onAllRows = MacroF1.Of(data.Labels.Span, after.Decided, data.ClassCount) - MacroF1.Of(data.Labels.Span, before.Decided, data.ClassCount);
        var rise = trusted.Average(i => Loss(after, i)) - trusted.Average(i => Loss(before, i));
        var flattered = treatment.Labels != LabelTreatment.AsGiven && gain.Interval.Low > 0 && (onAllRows < 0 || rise > 0);
        return new RemedyResult(treatment.Name, Decisions, MacroF1.Of(labels, was, data.ClassCount), MacroF1.Of(labels, became, data.ClassCount), gain.Interval,
            gain.Interval.Low > 0 && !flattered, flattered ? onAllRows < 0 ? "gain on trusted rows, but a loss on all rows as labelled" : "gain in decisions, but probabilities get worse" : Verdict(gain.Interval.Low > 0, gain.Interval.High < 0));
    }

    private RemedyResult JudgeProbabilities(Treatment treatment, Trial before, Trial after, CancellationToken cancellation)
    {
        double[] was = [.. trusted.Select(i => Loss(before, i))], became = [.. trusted.Select(i => Loss(after, i))];
        var change = Bootstrap.Plain(was.Length, rows => Mean(became, rows) - Mean(was, rows), new BootstrapOptions { Seed = seed }, cancellation);
        return new RemedyResult(treatment.Name, Probabilities, was.Average(), became.Average(), change.Interval, change.Interval.High < 0,
            Verdict(change.Interval.High < 0, change.Interval.Low > 0));
    }

    private static string Verdict(bool better, bool worse) => better ? "gain" : worse ? "loss" : "no gain beyond chance";

    private double Loss(Trial trial, int row) => -Math.Log(Math.Max(trial.Probabilities[row, data.Labels.Span[row]], 1e-6));

    private static double Mean(double[] values, ReadOnlySpan<int> rows)
    {
        double sum = 0;
        foreach (var row in rows)
            sum += values[row];
        return sum / rows.Length;
    }

    private TrainingPart Part(IClassifier learner, int[] positions) => new(data.Select(positions), [.. positions.Select(i => groups[i])], learner, seed);

    private int[] Positions(Func<int, bool> ofFold) => [.. Enumerable.Range(0, data.Count).Where(i => ofFold(foldOfRow[i]))];

    // Every class keeps its share, and rare ones all their rows.
    private static int[] Sample(Dataset data, int most, int seed)
    {
        if (data.Count <= most)
            return [.. Enumerable.Range(0, data.Count)];
        var chosen = new List<int>();
        for (var k = 0; k < data.ClassCount; k++)
        {
            var rows = data.RowsOf(k);
            var take = Math.Min(rows.Length, Math.Max(RowsKeptOfEachClass, (int)((long)rows.Length * most / data.Count)));
            chosen.AddRange(RandomStream.For(seed, "remedies/sample", k).SampleWithoutReplacement(rows.Length, take).Select(i => rows[i]));
        }
        return [.. chosen.Order()];
    }
}
