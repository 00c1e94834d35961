using Ballast.Core;
using Ballast.Data.Resampling;
using Ballast.Evaluation.Calibration;
using Ballast.Evaluation.Thresholds;
using Ballast.Learning.Tabular;
using Ballast.Learning.Tabular.Saving;
using ClassWeights = Ballast.Data.Resampling.ClassWeights;

namespace Ballast.Cli.Commands;

/// <summary>What <c>train</c> does about classes of unequal size: nothing, class weights, or resampling, always inside the training part of a fold.</summary>
/// <remarks>
/// Probabilities go back to the class shares of the rows as they came (<see cref="PriorCorrection"/>) unless the user asks otherwise; the class that is
/// decided stays the one that the model, as it was trained, finds most probable.
/// </remarks>
/// <param name="Method">One of <see cref="ResamplingMethods.Names"/>; null for none.</param>
/// <param name="Weigh">Whether every class counts alike.</param>
/// <param name="Corrects">Whether probabilities are corrected.</param>
/// <param name="Seed">Seed of the resampling.</param>
internal sealed record ClassBalance(string? Method, bool Weigh, bool Corrects, int Seed)
{
    private const int Neighbors = 5;
    private const int CleaningNeighbors = 3;

    /// <summary>Whether anything is done.</summary>
    public bool IsAsked => Method is not null || Weigh;

    /// <summary>The steps of a cross-validation with <paramref name="folds"/> folds.</summary>
    public FoldSteps Steps(int folds, CancellationToken cancellation)
    {
        var corrections = new PriorCorrection?[folds];
        return new FoldSteps
        {
            TransformTraining = (part, fold) =>
            {
                (var balanced, corrections[fold]) = Apply(part, cancellation);
                return balanced;
            },
            CorrectPredictions = (predictions, training) => Corrects ? corrections[training.Fold]?.Apply(predictions) ?? predictions : predictions,
        };
    }

    /// <summary>The model of all rows.</summary>
    public SavedModel Fit(IClassifier learner, Dataset data, CancellationToken cancellation)
    {
        var (training, correction) = Apply(data, cancellation);
        var model = new SavedModel(learner.Fit(training, cancellation: cancellation));
        return correction is null || !Corrects ? model : model with { Recalibrator = PriorShiftMap.Of(correction), DecisionRule = Undone(correction) };
    }

    private (Dataset Training, PriorCorrection? Correction) Apply(Dataset data, CancellationToken cancellation)
    {
        var counts = data.ClassCounts();
        if (Method is not null)
        {
            // A rare class has few neighbours of its own, fewer still inside a fold.
            var smallest = counts.Where(count => count > 1).DefaultIfEmpty(2).Min();
            var options = new SmoteOptions { Neighbors = Math.Min(Neighbors, smallest - 1), Seed = Seed };
            var resampled = new GapFillingResampler(ResamplingMethods.Make(Method, options, CleaningNeighbors)).Resample(data, cancellation);
            return (resampled.Dataset, PriorCorrection.For(resampled));
        }
        return Weigh
            ? (ClassWeights.Apply(data, ClassWeights.Balanced(counts)), new PriorCorrection([.. counts.Select(count => (double)count)], [.. counts.Select(count => count > 0 ? 1.0 : 0)]))
            : (data, null);
    }

    private static DecisionWeights Undone(PriorCorrection correction) => new([.. correction.Weights.ToArray().Select(weight => weight > 0 ? 1 / weight : 1)]);
}
