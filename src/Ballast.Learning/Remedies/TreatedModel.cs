using Ballast.Core;
using Ballast.Data.Resampling;
using Ballast.Evaluation.Calibration;
using Ballast.Evaluation.Thresholds;
using Ballast.Learning.Tabular;

namespace Ballast.Learning.Remedies;

/// <summary>What a treatment made: a model, how its probabilities are mended, and how they are turned into decisions.</summary>
/// <param name="Model">The trained model.</param>
/// <param name="Correction">Brings probabilities back to the true class shares after resampling or reweighting; null where neither was done.</param>
/// <param name="Recalibrator">Applied after the correction; null for none.</param>
/// <param name="Rule">Turns the mended probabilities into decisions; null for the most probable class.</param>
public sealed record TreatedModel(
    ITrainedClassifier Model, PriorCorrection? Correction, ITrainedRecalibrator? Recalibrator, IDecisionRule? Rule)
{
    /// <summary>Mended probabilities of every class.</summary>
    public Predictions Probabilities(Dataset data)
    {
        var predictions = Model.Predict(data);
        if (Correction is not null)
            predictions = Correction.Apply(predictions);
        return Recalibrator?.Apply(predictions) ?? predictions;
    }

    /// <summary>The class decided for each row of <paramref name="probabilities"/>.</summary>
    public int[] Decide(Predictions probabilities)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        return Rule?.Decide(probabilities) ?? probabilities.PredictedClasses();
    }
}
