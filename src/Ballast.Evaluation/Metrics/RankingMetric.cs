namespace Ballast.Evaluation.Metrics;

/// <summary>A metric of scores, without a threshold.</summary>
public enum RankingMetric
{
    /// <summary>The chance that a positive scores above a negative, ties counted half.</summary>
    RocAuc,

    /// <summary>Precision averaged over recall, without interpolation.</summary>
    AveragePrecision,

    /// <summary>The largest TPR - FPR.</summary>
    KolmogorovSmirnov,

    /// <summary>Mean squared error of probabilities; smaller is better.</summary>
    Brier,

    /// <summary>Mean negative log-likelihood (natural logarithm, probabilities clipped to [1e-15, 1-1e-15]); smaller is better.</summary>
    LogLoss,
}

/// <summary>Names of the metrics.</summary>
public static class RankingMetricNames
{
    private static readonly string[] Keys = ["roc_auc", "average_precision", "ks", "brier", "log_loss"];

    /// <summary>All metrics, in the order of the enumeration.</summary>
    public static IReadOnlyList<RankingMetric> All { get; } = Enum.GetValues<RankingMetric>();

    /// <summary>The name in files and lists, such as <c>roc_auc</c>.</summary>
    public static string Key(this RankingMetric metric) => Keys[(int)metric];
}
