namespace Ballast.Evaluation.Metrics;

/// <summary>A metric of the four counts of a binary decision.</summary>
public enum BinaryMetric
{
    /// <summary>(TP + TN) / n.</summary>
    Accuracy,

    /// <summary>TP / (TP + FP).</summary>
    Precision,

    /// <summary>TP / (TP + FN); also sensitivity, true positive rate.</summary>
    Recall,

    /// <summary>TN / (TN + FP).</summary>
    Specificity,

    /// <summary>FP / (TN + FP); smaller is better.</summary>
    FalsePositiveRate,

    /// <summary>FN / (TP + FN); smaller is better.</summary>
    FalseNegativeRate,

    /// <summary>TN / (TN + FN).</summary>
    NegativePredictiveValue,

    /// <summary>F-beta with beta 0.5: precision counts more.</summary>
    FHalf,

    /// <summary>2 TP / (2 TP + FN + FP).</summary>
    F1,

    /// <summary>F-beta with beta 2: recall counts more.</summary>
    F2,

    /// <summary>sqrt(recall x specificity). Some authors call sqrt(precision x recall) so; that is <see cref="FowlkesMallows"/>.</summary>
    GMean,

    /// <summary>(recall + specificity) / 2.</summary>
    BalancedAccuracy,

    /// <summary>Matthews correlation coefficient, -1 to 1.</summary>
    MatthewsCorrelation,

    /// <summary>Cohen's kappa: agreement beyond chance.</summary>
    CohenKappa,

    /// <summary>sqrt(precision x recall).</summary>
    FowlkesMallows,

    /// <summary>TP / (TP + FP + FN).</summary>
    Jaccard,

    /// <summary>recall + specificity - 1.</summary>
    Informedness,

    /// <summary>precision + negative predictive value - 1.</summary>
    Markedness,

    /// <summary>recall / false positive rate.</summary>
    PositiveLikelihoodRatio,

    /// <summary>False negative rate / specificity; smaller is better.</summary>
    NegativeLikelihoodRatio,

    /// <summary>(TP + FN) / n: of the data, not of the model.</summary>
    Prevalence,

    /// <summary>precision / prevalence.</summary>
    Lift,
}

/// <summary>Names and directions of the metrics.</summary>
public static class BinaryMetricNames
{
    private static readonly string[] Keys =
    [
        "accuracy", "precision", "recall", "specificity", "fpr", "fnr", "npv", "f0_5", "f1", "f2", "gmean", "balanced_accuracy", "mcc", "cohen_kappa",
        "fowlkes_mallows", "jaccard", "informedness", "markedness", "positive_likelihood_ratio", "negative_likelihood_ratio", "prevalence", "lift",
    ];

    /// <summary>All metrics, in the order of the enumeration.</summary>
    public static IReadOnlyList<BinaryMetric> All { get; } = Enum.GetValues<BinaryMetric>();

    /// <summary>The name in files and lists, such as <c>balanced_accuracy</c>.</summary>
    public static string Key(this BinaryMetric metric) => Keys[(int)metric];

    /// <summary>The metric of a name as <see cref="Key"/> gives it; null when there is none.</summary>
    public static BinaryMetric? Parse(string key) => Array.IndexOf(Keys, key) is >= 0 and var index ? (BinaryMetric)index : null;

    /// <summary>Whether a smaller value is the better one.</summary>
    public static bool SmallerIsBetter(this BinaryMetric metric) =>
        metric is BinaryMetric.FalsePositiveRate or BinaryMetric.FalseNegativeRate or BinaryMetric.NegativeLikelihoodRatio;
}
