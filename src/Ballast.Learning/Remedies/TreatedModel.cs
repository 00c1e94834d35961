using Ballast.Core;
using Ballast.Evaluation.Calibration;
using Ballast.Evaluation.Thresholds;
using Ballast.Learning.Tabular;

namespace Ballast.Learning.Remedies;

/// <summary>What a treatment made: a model, how its probabilities are mended, and how they are turned into decisions.</summary>
/// <param name="Model">The trained model.</param>
/// <param name="Recalibrator">Brings probabilities back to the true class shares after resampling, then recalibrates; null where neither is asked.</param>
/// <param name="Rule">Turns the mended probabilities into decisions; null for the most probable class.</param>
public sealed record TreatedModel(ITrainedClassifier Model, ITrainedRecalibrator? Recalibrator, IDecisionRule? Rule)
{
    /// <summary>Mended probabilities of every class.</summary>
    public Predictions Probabilities(Dataset data)
    {
        var predictions = Model.Predict(data);
        return Recalibrator?.Apply(predictions) ?? predictions;
    }

    /// <summary>The class decided for each row of <paramref name="probabilities"/>.</summary>
    public int[] Decide(Predictions probabilities)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        return Rule?.Decide(probabilities) ?? probabilities.PredictedClasses();
    }
}
