namespace Ballast.Evaluation.Slices.Repair;

/// <summary>Which of an ensemble's heads decides a row.</summary>
public enum HeadRouting
{
    /// <summary>All: the mean of their probabilities.</summary>
    Mean,

    /// <summary>That of the hypothesis with the largest standardised score among those of the class that the old model predicts; all, where that class has none.</summary>
    PredictedClass,
}
