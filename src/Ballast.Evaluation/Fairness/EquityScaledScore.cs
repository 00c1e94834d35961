using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Fairness;

/// <summary>A score over all items and over each group, and what is left of it when groups differ.</summary>
/// <remarks>ES sums the gaps of all groups: it is not comparable between attributes of different numbers of groups.</remarks>
public sealed record EquityScaledScore
{
    /// <summary>Takes the scores.</summary>
    /// <param name="overall">I over all items (not the mean of groups), higher is better.</param>
    /// <param name="byGroup">I_g by group; NaN where it is not defined.</param>
    /// <param name="counts">Items of each group.</param>
    /// <param name="unknown">Items without a group, which are left out of <paramref name="overall"/> too.</param>
    /// <exception cref="ArgumentException">No group has a score, or lengths differ.</exception>
    public EquityScaledScore(double overall, IReadOnlyList<double> byGroup, IReadOnlyList<int> counts, int unknown = 0)
    {
        ArgumentNullException.ThrowIfNull(byGroup);
        ArgumentNullException.ThrowIfNull(counts);
        if (byGroup.Count != counts.Count || byGroup.All(double.IsNaN))
            throw new ArgumentException(byGroup.Count != counts.Count ? $"{byGroup.Count} scores, but {counts.Count} counts." : "No group has a score.", nameof(byGroup));
        (Overall, ByGroup, Counts, UnknownItems) = (overall, byGroup, counts, unknown);
    }

    /// <summary>I.</summary>
    public double Overall { get; }

    /// <summary>I_g; NaN where not defined.</summary>
    public IReadOnlyList<double> ByGroup { get; }

    /// <summary>Items of each group.</summary>
    public IReadOnlyList<int> Counts { get; }

    /// <summary>Items without a group.</summary>
    public int UnknownItems { get; }

    /// <summary>Groups whose score is not defined, such as the AUC of one class alone: they enter no comparison.</summary>
    public IReadOnlyList<int> Undefined => [.. Enumerable.Range(0, ByGroup.Count).Where(g => double.IsNaN(ByGroup[g]))];

    /// <summary>ES = I / (1 + sum over groups of |I_g - I|).</summary>
    public double EquityScaled => Overall / (1 + Defined.Sum(score => Math.Abs(score - Overall)));

    /// <summary>I / (1 + sample standard deviation of I_g); I itself for one group.</summary>
    public double EquityScaledByDeviation => Overall / (1 + MeanInterval.Deviation([.. Defined]));

    /// <summary>Largest difference between two groups.</summary>
    public double MaxGap => Defined.Max() - Defined.Min();

    /// <summary>The group with the lowest score, the first on ties.</summary>
    public int WorstGroup => Enumerable.Range(0, ByGroup.Count).Where(g => !double.IsNaN(ByGroup[g])).MinBy(g => ByGroup[g]);

    private IEnumerable<double> Defined => ByGroup.Where(score => !double.IsNaN(score));
}
