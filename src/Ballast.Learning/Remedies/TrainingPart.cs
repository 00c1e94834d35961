using Ballast.Core;
using Ballast.Data.Resampling;
using Ballast.Evaluation.Calibration;
using Ballast.Evaluation.Thresholds;
using Ballast.Learning.LongTail;
using Ballast.Learning.Tabular;

namespace Ballast.Learning.Remedies;

/// <summary>A training set that treatments are tried on. All that a treatment learns (suspects, thresholds, temperatures) it learns from these rows alone, by an inner cross-validation.</summary>
/// <remarks>
/// Used inside every outer fold to measure a treatment, and once on all rows to make the model that is handed back. What two treatments
/// share is computed once. Not thread-safe; one part a fold.
/// </remarks>
/// <param name="data">Labelled training rows.</param>
/// <param name="groups">A group a row: rows of one group (copies) share an inner fold.</param>
/// <param name="learner">What is trained.</param>
/// <param name="seed">Seed of inner folds and of resampling.</param>
public sealed class TrainingPart(Dataset data, int[] groups, IClassifier learner, int seed)
{
    private const int InnerFolds = 3;

    private readonly Dictionary<Treatment, Predictions> inner = [];
    private readonly Dictionary<Treatment, ITrainedClassifier> models = [];
    private SuspectedLabels? suspects;

    /// <summary>The rows as they came.</summary>
    public Dataset Data { get; } = data;

    /// <summary>Trains as a treatment asks.</summary>
    /// <exception cref="ArgumentException">The rows do not allow the treatment, such as SMOTE with a class of one row.</exception>
    public TreatedModel Fit(Treatment treatment, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(treatment);
        var rows = Relabel(treatment.Labels, cancellation);
        var (training, correction) = Balance(rows, treatment.Balance, cancellation);
        var model = Model(treatment, training, cancellation);

        // The decisions stay those of the model as it was trained; only its probabilities go back to the true shares.
        IDecisionRule? rule = correction is null ? null : new DecisionWeights([.. correction.Weights.ToArray().Select(w => w > 0 ? 1 / w : 1)]);
        if (treatment.Balance == BalanceTreatment.LogitAdjusted && correction is null)
            rule = new DecisionWeights([.. training.ClassCounts().Select(count => count > 0 ? 1.0 / count : 1)]);
        var maps = new List<ITrainedRecalibrator>();
        if (correction is not null)
            maps.Add(PriorShiftMap.Of(correction));
        if (treatment.Recalibrate || treatment.Balance == BalanceTreatment.TunedDecision)
        {
            var (honest, labels) = Inner(treatment, rows, cancellation);
            if (treatment.Recalibrate)
            {
                maps.Add(new BestRecalibrator(seed).Fit(honest, labels, cancellation));
                honest = maps[^1].Apply(honest);
            }
            if (treatment.Balance == BalanceTreatment.TunedDecision)
                rule = new DecisionTuner(DecisionObjective.MacroF1).Tune(honest, labels, cancellation).Rule;
        }
        return new TreatedModel(model, maps.Count switch { 0 => null, 1 => maps[0], _ => new ChainedMap(maps) }, rule);
    }

    // What is trained the same way is trained once.
    private ITrainedClassifier Model(Treatment treatment, Dataset training, CancellationToken cancellation)
    {
        var trained = new Treatment(treatment.Labels, Trained(treatment.Balance));
        if (!models.TryGetValue(trained, out var model))
            models[trained] = model = LearnerFor(trained.Balance).Fit(training, cancellation: cancellation);
        return model;
    }

    private IClassifier LearnerFor(BalanceTreatment balance) => balance == BalanceTreatment.LogitAdjusted && learner is NetworkClassifier network
        ? new NetworkClassifier(network.Options with { Loss = counts => new LogitAdjustedLoss([.. counts]) })
        : learner;

    // Treatments that differ in the decision alone share a model.
    private BalanceTreatment Trained(BalanceTreatment balance) => balance switch
    {
        BalanceTreatment.TunedDecision => BalanceTreatment.AsIs,
        BalanceTreatment.LogitAdjusted when learner is not NetworkClassifier => BalanceTreatment.AsIs,
        _ => balance,
    };

    // All rows, suspects with weight 0 (dropped) or with another label.
    private Dataset Relabel(LabelTreatment treatment, CancellationToken cancellation)
    {
        if (treatment == LabelTreatment.AsGiven)
            return Data;
        suspects ??= SuspectedLabels.Find(Data.Labels, Inner(Treatment.None, Data, cancellation).Predictions, cancellation: cancellation);
        return treatment == LabelTreatment.DropSuspects ? Suspects.Drop(Data, suspects.Mask) : Suspects.Relabel(Data, suspects.Mask, suspects.Issues.SuggestedLabel);
    }

    private (Dataset Rows, PriorCorrection? Correction) Balance(Dataset rows, BalanceTreatment treatment, CancellationToken cancellation)
    {
        var kept = Suspects.WithoutDropped(rows);
        switch (treatment)
        {
            case BalanceTreatment.ClassWeights:
                var counts = kept.ClassCounts();
                var weighted = Ballast.Data.Resampling.ClassWeights.Apply(kept, Ballast.Data.Resampling.ClassWeights.Balanced(counts));
                return (weighted, new PriorCorrection([.. counts.Select(c => (double)c)], [.. counts.Select(c => c > 0 ? 1.0 : 0)]));
            case BalanceTreatment.ClassBalanced:
                var rowsOf = kept.ClassCounts();
                var effective = EffectiveWeights(rowsOf);
                return (Ballast.Data.Resampling.ClassWeights.Apply(kept, effective), new PriorCorrection([.. rowsOf.Select(c => (double)c)], [.. rowsOf.Select((c, k) => c * effective[k])]));
            // A network trained with adjusted scores answers as if classes were equal.
            case BalanceTreatment.LogitAdjusted when learner is NetworkClassifier:
                var counted = kept.ClassCounts();
                return (kept, new PriorCorrection([.. counted.Select(c => (double)c)], [.. counted.Select(c => c > 0 ? 1.0 : 0)]));
            case BalanceTreatment.Smote:
                var resampled = SyntheticRows.Add(kept, seed, cancellation);
                return (resampled.Dataset, PriorCorrection.For(resampled));
            default:
                return (kept, null);
        }
    }

    // Inner out-of-fold predictions of the rows that were not dropped, with the labels they are trained on.
    private (Predictions Predictions, int[] Labels) Inner(Treatment treatment, Dataset rows, CancellationToken cancellation)
    {
        var trained = new Treatment(treatment.Labels, Trained(treatment.Balance));
        if (!inner.TryGetValue(trained, out var predictions))
        {
            var corrections = new PriorCorrection?[InnerFolds];
            var steps = new FoldSteps
            {
                TransformTraining = (part, fold) =>
                {
                    (var balanced, corrections[fold]) = Balance(part, trained.Balance, cancellation);
                    return balanced;
                },
                CorrectPredictions = (predicted, training) => corrections[training.Fold]?.Apply(predicted) ?? predicted,
            };
            var folds = Folds.StratifiedByGroup(Data.Labels.Span, Data.ClassCount, groups, InnerFolds, seed);
            inner[trained] = predictions = CrossValidation.OutOfFold(LearnerFor(trained.Balance), rows, folds, steps, cancellation: cancellation);
        }
        return Suspects.WithoutDropped(predictions, rows);
    }

    // Cui et al. (2019) use beta = 0.9999; a smaller one for smaller sets, or the effective number would be the number itself. Scaled to mean 1 over the rows; classes without rows weigh nothing.
    private static double[] EffectiveWeights(int[] counts)
    {
        var rows = counts.Sum();
        var beta = rows < 1_000 ? 0.99 : rows < 10_000 ? 0.999 : 0.9999;
        var ofPresent = Tabular.ClassWeights.EffectiveNumber([.. counts.Where(count => count > 0)], beta).Values!;
        var (weights, next) = (new double[counts.Length], 0);
        for (var k = 0; k < counts.Length; k++)
            weights[k] = counts[k] > 0 ? ofPresent[next++] : 0;
        var mean = counts.Select((count, k) => count * weights[k]).Sum() / rows;
        return [.. weights.Select(weight => weight / mean)];
    }
}
