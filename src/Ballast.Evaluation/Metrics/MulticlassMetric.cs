namespace Ballast.Evaluation.Metrics;

/// <summary>A metric of a multi-class confusion matrix. Classes without a label are left out where recalls are combined.</summary>
public enum MulticlassMetric
{
    /// <summary>Share of right decisions.</summary>
    Accuracy,

    /// <summary>Mean F1 over classes with a label or a decision.</summary>
    MacroF1,

    /// <summary>Mean F1 weighted by the rows of each class.</summary>
    WeightedF1,

    /// <summary>Mean recall over classes with a label.</summary>
    BalancedAccuracy,

    /// <summary>Geometric mean of the recalls over classes with a label; 0 where one of them is 0.</summary>
    GMean,

    /// <summary>Matthews correlation for several classes (Gorodkin 2004).</summary>
    MatthewsCorrelation,

    /// <summary>Cohen's kappa: agreement beyond chance.</summary>
    CohenKappa,

    /// <summary>Ordinal labels: mean over classes of the mean |decision - label|; smaller is better.</summary>
    MacroAveragedMae,

    /// <summary>The smallest recall of a class with a label.</summary>
    WorstClassRecall,
}

/// <summary>Names of the metrics.</summary>
public static class MulticlassMetricNames
{
    private static readonly string[] Keys =
        ["accuracy", "macro_f1", "weighted_f1", "balanced_accuracy", "gmean", "mcc", "cohen_kappa", "macro_averaged_mae", "worst_class_recall"];

    /// <summary>All metrics, in the order of the enumeration.</summary>
    public static IReadOnlyList<MulticlassMetric> All { get; } = Enum.GetValues<MulticlassMetric>();

    /// <summary>The name in files and lists, such as <c>macro_f1</c>.</summary>
    public static string Key(this MulticlassMetric metric) => Keys[(int)metric];
}
