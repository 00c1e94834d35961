using Ballast.Core;
using Ballast.Evaluation.Calibration;
using Ballast.Evaluation.Thresholds;
using Ballast.Learning.Remedies;
using Ballast.Learning.Tabular;
using Ballast.Numerics.Intervals;

namespace Ballast.Cli.Checks;

/// <summary>Remedies for a model that is not ours to retrain: threshold moving and recalibration, each learnt on four fifths of the rows and judged on the fifth left.</summary>
internal static class UserModelTrials
{
    private const int FoldCount = 5;

    /// <summary>Tries both; gives the results and the model with those that gained, fitted on all trusted rows.</summary>
    public static (IReadOnlyList<RemedyResult> Results, TreatedModel Model, string Chosen) Run(Audit audit, ITrainedClassifier model, CancellationToken cancellation)
    {
        var judged = audit.Judged!;
        var seed = audit.Options.Seed;
        var (predictions, labels) = Rows.Pick(judged.OutOfFold, judged.Data.Labels.Span, audit.TrustedRows());
        var folds = Folds.Stratified(labels, predictions.Classes, FoldCount, seed);
        var usual = predictions.PredictedClasses();
        var decided = new int[labels.Length];
        var (before, after) = (new double[labels.Length], new double[labels.Length]);
        for (var f = 0; f < FoldCount; f++)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] learn = [.. Enumerable.Range(0, labels.Length).Where(i => folds[i] != f)], held = [.. Enumerable.Range(0, labels.Length).Where(i => folds[i] == f)];
            var (learnPredictions, learnLabels) = Rows.Pick(predictions, labels, learn);
            var (heldPredictions, heldLabels) = Rows.Pick(predictions, labels, held);
            var decisions = Tune(learnPredictions, learnLabels, cancellation).Decide(heldPredictions);
            var recalibrated = new BestRecalibrator(seed).Fit(learnPredictions, learnLabels, cancellation).Apply(heldPredictions);
            for (var i = 0; i < held.Length; i++)
            {
                decided[held[i]] = decisions[i];
                before[held[i]] = Loss(heldPredictions, heldLabels, i);
                after[held[i]] = Loss(recalibrated, heldLabels, i);
            }
        }
        var gain = MacroF1.Difference(labels, usual, decided, predictions.Classes, seed, cancellation);
        var change = Bootstrap.Plain(labels.Length, rows => Mean(after, rows) - Mean(before, rows), new BootstrapOptions { Seed = seed }, cancellation);
        var (moves, recalibrates) = (gain.Interval.Low > 0, change.Interval.High < 0);
        RemedyResult[] results =
        [
            new("threshold moving", "macro F1", MacroF1.Of(labels, usual, predictions.Classes), MacroF1.Of(labels, decided, predictions.Classes), gain.Interval, moves, moves ? "gain" : "no gain beyond chance"),
            new("recalibration", "log loss", before.Average(), after.Average(), change.Interval, recalibrates, recalibrates ? "gain" : "no gain beyond chance"),
        ];
        var map = recalibrates ? new BestRecalibrator(seed).Fit(predictions, labels, cancellation) : null;
        var rule = moves ? Tune(map?.Apply(predictions) ?? predictions, labels, cancellation) : null;
        return (results, new TreatedModel(model, map, rule), new Treatment(Balance: moves ? BalanceTreatment.TunedDecision : BalanceTreatment.AsIs, Recalibrate: recalibrates).Name);
    }

    private static IDecisionRule Tune(Predictions predictions, int[] labels, CancellationToken cancellation) =>
        new DecisionTuner(DecisionObjective.MacroF1).Tune(predictions, labels, cancellation).Rule;

    private static double Loss(Predictions predictions, int[] labels, int row) => -Math.Log(Math.Max(predictions[row, labels[row]], 1e-6));

    private static double Mean(double[] values, ReadOnlySpan<int> rows)
    {
        double sum = 0;
        foreach (var row in rows)
            sum += values[row];
        return sum / rows.Length;
    }
}
