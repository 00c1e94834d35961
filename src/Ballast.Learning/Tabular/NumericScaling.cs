namespace Ballast.Learning.Tabular;

/// <summary>How a network's encoding scales numeric features.</summary>
public enum NumericScaling
{
    /// <summary>Mean 0 and standard deviation 1.</summary>
    Standard,

    /// <summary>The standard normal's quantile at the value's rank: outliers come near, gaps close.</summary>
    Quantile,
}
