namespace Ballast.Evaluation.Slices.Noise;

/// <summary>A column's codes, and the parts of it that boxes are made of: a run of a number's bins, one category, no value, or all of it.</summary>
internal sealed record ScannedColumn(int Feature, byte[] Codes, int Bins, (int From, int To)[] Windows, SliceCondition?[] Conditions)
{
    /// <summary>Stands in for a second column where there is one alone.</summary>
    public static ScannedColumn Whole(int rows) => new(-1, new byte[rows], 1, [(0, 1)], [null]);

    public static ScannedColumn Of(BinnedFeatures features, int feature)
    {
        var bins = features.Bins(feature);
        var codes = features.Codes(feature).ToArray();
        var hasMissing = codes.Contains((byte)0);
        var windows = new List<(int From, int To)> { (0, bins) };
        var conditions = new List<SliceCondition?> { null };
        if (hasMissing)
            Add(0, 1, features.Condition(feature, 0));
        for (var from = 1; from < bins; from++)
            for (var to = from + 1; to <= (features.IsOrdered(feature) ? bins : from + 1); to++)
                if (features.IsOrdered(feature) && (hasMissing || (from, to) != (1, bins)))
                    Add(from, to, features.Range(feature, from, to - 1));
                else if (!features.IsOrdered(feature) && features.Condition(feature, from) is { } category)
                    Add(from, to, category);
        return new ScannedColumn(feature, codes, bins, [.. windows], [.. conditions]);

        void Add(int from, int to, SliceCondition? condition)
        {
            windows.Add((from, to));
            conditions.Add(condition);
        }
    }
}
