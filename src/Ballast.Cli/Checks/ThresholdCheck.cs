using Ballast.Evaluation.Thresholds;
using Ballast.Learning.Tabular;

namespace Ballast.Cli.Checks;

/// <summary>Whether deciding for the most probable class is a poor rule here: another is tuned on one half of the rows and judged on the other, both ways.</summary>
internal sealed class ThresholdCheck : ICheck
{
    public string Id => "threshold";

    public void Run(Audit audit, CancellationToken cancellation)
    {
        var judged = audit.Judged!;
        var (predictions, labels) = Rows.Pick(judged.OutOfFold, judged.Data.Labels.Span, audit.TrustedRows());
        var classes = predictions.Classes;
        var halves = Folds.Stratified(labels, classes, 2, audit.Options.Seed);
        var decided = new int[labels.Length];
        var rules = new IDecisionRule[2];
        for (var half = 0; half < 2; half++)
        {
            int[] tune = [.. Enumerable.Range(0, labels.Length).Where(i => halves[i] != half)];
            int[] judge = [.. Enumerable.Range(0, labels.Length).Where(i => halves[i] == half)];
            var (tunePredictions, tuneLabels) = Rows.Pick(predictions, labels, tune);
            rules[half] = new DecisionTuner(DecisionObjective.MacroF1).Tune(tunePredictions, tuneLabels, cancellation).Rule;
            var (judgePredictions, _) = Rows.Pick(predictions, labels, judge);
            var decisions = rules[half].Decide(judgePredictions);
            for (var i = 0; i < judge.Length; i++)
                decided[judge[i]] = decisions[i];
        }
        var usual = predictions.PredictedClasses();
        var gain = MacroF1.Difference(labels, usual, decided, classes, audit.Options.Seed, cancellation);
        if (gain.Interval.Low <= 0)
            return;
        audit.Report(Id, gain.Value >= 0.05 ? Severity.Medium : Severity.Low,
            $"Deciding for the most probable class is not the best rule: a tuned one raises macro F1 by {gain.Value:0.000}.", [], [], new()
            {
                ["macro_f1_most_probable_class"] = MacroF1.Of(labels, usual, classes),
                ["macro_f1_tuned"] = MacroF1.Of(labels, decided, classes),
                ["gain"] = gain,
                ["rule"] = rules[0] is BinaryThreshold t ? $"'{judged.Data.ClassNames[1]}' from probability {t.Threshold:0.000} on" : "one weight a class",
            }, "Choose the threshold by what each kind of error costs you; threshold moving was tried below.");
    }
}
