namespace Ballast.Evaluation.Slices.Trees;

/// <summary>Conditions on the way to a leaf.</summary>
internal static class ConditionPath
{
    /// <summary>The same rows with the ranges of each column made one; the order of first mention stays.</summary>
    public static IReadOnlyList<SliceCondition> Merge(IReadOnlyList<SliceCondition> path)
    {
        var merged = new List<SliceCondition>();
        foreach (var condition in path)
        {
            var at = condition is RangeCondition ? merged.FindIndex(other => other is RangeCondition && other.Feature == condition.Feature) : -1;
            if (at >= 0 && merged[at] is RangeCondition old && condition is RangeCondition range)
                merged[at] = old with { Low = Math.Max(old.Low, range.Low), High = Math.Min(old.High, range.High) };
            else
                merged.Add(condition);
        }
        return merged;
    }
}
