namespace Ballast.Evaluation.Calibration.Curves;

/// <summary>Which probabilities a curve is learned for.</summary>
public enum RecalibrationScope
{
    /// <summary>One curve a class (for two classes: one, for class 1), then normalised. May change the predicted class.</summary>
    OneAgainstRest,

    /// <summary>One curve for the largest probability; what remains is spread over the other classes in proportion. Keeps the predicted class.</summary>
    TopLabel,
}
