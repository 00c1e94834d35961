namespace Ballast.Evaluation.Thresholds;

/// <summary>What a decision rule is tuned for.</summary>
public enum DecisionObjective
{
    /// <summary>Mean recall over the classes that have rows.</summary>
    BalancedAccuracy,

    /// <summary>Two classes: F1 of class 1. More: the mean F1 over the classes that have rows.</summary>
    F1,

    /// <summary>Mean F1 over the classes that have rows, for two classes too.</summary>
    MacroF1,

    /// <summary>Geometric mean of the recalls of the classes that have rows.</summary>
    GMean,
}
