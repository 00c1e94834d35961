using Ballast.Core;

namespace Ballast.Evaluation.Metrics;

/// <summary>Compares models by F1 and, where F1 ties, by g-mean: the larger compares as greater.</summary>
/// <remarks>
/// Source: Kulatilleke and Samarakoon, arXiv 2208.11904, whose advice for massively imbalanced data this is. With a tolerance above 0 the
/// relation is not transitive: to order more than two models, <see cref="ModelRanking"/> groups them instead.
/// </remarks>
/// <param name="Tolerance">F1 values this close are tied; 0: exact ties only.</param>
public sealed record F1ThenGMean(double Tolerance = 0) : IComparer<BinaryMetrics>
{
    /// <summary>F1 values this close are tied; 0: exact ties only.</summary>
    public double Tolerance { get; } = Guard.NotNegative(Tolerance);

    /// <inheritdoc/>
    public int Compare(BinaryMetrics? x, BinaryMetrics? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var difference = x[BinaryMetric.F1] - y[BinaryMetric.F1];
        return Math.Abs(difference) <= Tolerance ? x[BinaryMetric.GMean].CompareTo(y[BinaryMetric.GMean]) : Math.Sign(difference);
    }
}
