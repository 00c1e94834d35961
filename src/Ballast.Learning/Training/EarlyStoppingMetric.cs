namespace Ballast.Learning.Training;

/// <summary>Which figure of the validation set decides which epoch is best.</summary>
public enum EarlyStoppingMetric
{
    /// <summary>The objective's validation loss; less is better.</summary>
    Loss,

    /// <summary>Mean recall over the classes that the validation set holds.</summary>
    BalancedAccuracy,

    /// <summary>Mean F1 over the classes that the validation set holds.</summary>
    MacroF1,
}
