using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Evaluation.Calibration;
using Ballast.Evaluation.Thresholds;

namespace Ballast.Learning.Tabular.Saving;

/// <summary>Where a model comes from.</summary>
/// <param name="BallastVersion">Version of the library that trained it.</param>
/// <param name="Seed">Seed of the training.</param>
/// <param name="TrainingRows">Rows it was trained on.</param>
/// <param name="DataFingerprint">Fingerprint of the user's table; null where there was none.</param>
public sealed record ModelProvenance(string BallastVersion, int Seed, int TrainingRows, string? DataFingerprint = null);

/// <summary>A trained model with all that turns a user's table into predictions and decisions.</summary>
public sealed record SavedModel
{
    /// <summary>A model of classes.</summary>
    public SavedModel(ITrainedClassifier classifier)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        Classifier = classifier;
    }

    /// <summary>A model of real targets.</summary>
    public SavedModel(ITrainedRegressor regressor)
    {
        ArgumentNullException.ThrowIfNull(regressor);
        Regressor = regressor;
    }

    /// <summary>The model of classes; null for regression.</summary>
    public ITrainedClassifier? Classifier { get; }

    /// <summary>The model of real targets; null for classification.</summary>
    public ITrainedRegressor? Regressor { get; }

    /// <summary>From the user's table to features; null for a model of features.</summary>
    public FeatureEncoder? Encoder { get; init; }

    /// <summary>How the target column was read; null for a model of features.</summary>
    public TargetCoding? Target { get; init; }

    /// <summary>Mends the probabilities; null: as they come.</summary>
    public ITrainedRecalibrator? Recalibrator { get; init; }

    /// <summary>Decides the class, after recalibration; null: the most probable one.</summary>
    public IDecisionRule? DecisionRule { get; init; }

    /// <summary>Where the model comes from; null where that is not known.</summary>
    public ModelProvenance? Provenance { get; init; }

    /// <summary>The features the model takes, in order.</summary>
    public IReadOnlyList<FeatureColumn> Columns => Classifier?.Columns ?? Regressor!.Columns;

    /// <summary>Probabilities, recalibrated where the model says so.</summary>
    /// <exception cref="InvalidOperationException">This is a model of real targets.</exception>
    public Predictions PredictProbabilities(Dataset data)
    {
        var classifier = Classifier ?? throw new InvalidOperationException("A model of real targets has no probabilities.");
        var predictions = classifier.Predict(data);
        return Recalibrator?.Apply(predictions) ?? predictions;
    }

    /// <summary>The class decided for each row of recalibrated probabilities.</summary>
    public int[] Decide(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        return DecisionRule?.Decide(predictions) ?? predictions.PredictedClasses();
    }
}
