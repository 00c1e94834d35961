namespace Ballast.Evaluation.Slices.Clusters;

/// <summary>Words for a cluster: the class, and the columns in which it differs most from the class.</summary>
internal static class ClusterNames
{
    private const int Columns = 3;
    private const double LeastDifference = 0.5; // standard deviations

    /// <param name="input">The rows.</param>
    /// <param name="standardized">n x d standardised representations.</param>
    /// <param name="rows">Rows of the cluster.</param>
    /// <param name="classIndex">Their usual class.</param>
    /// <param name="number">Its number, for where there are no names.</param>
    public static string Of(SliceInput input, double[] standardized, IReadOnlyList<int> rows, int classIndex, int number)
    {
        var name = $"'{input.ClassNames[classIndex]}', cluster {number}";
        if (input.RepresentationNames is not { } names || rows.Count == 0)
            return name;
        var (own, all, count) = (new double[input.Width], new double[input.Width], 0);
        for (var i = 0; i < input.Count; i++)
            if (input.Labels.Span[i] == classIndex)
            {
                count++;
                for (var j = 0; j < input.Width; j++)
                    all[j] += standardized[i * input.Width + j];
            }
        foreach (var row in rows)
            for (var j = 0; j < input.Width; j++)
                own[j] += standardized[row * input.Width + j];
        var words = Enumerable.Range(0, input.Width).Select(j => (Name: names[j], Difference: own[j] / rows.Count - all[j] / Math.Max(1, count)))
            .Where(item => Math.Abs(item.Difference) >= LeastDifference).OrderByDescending(item => Math.Abs(item.Difference)).Take(Columns)
            .Select(item => $"{(item.Difference > 0 ? "high" : "low")} {item.Name}").ToArray();
        return words.Length == 0 ? name : $"{name}: {string.Join(", ", words)}";
    }
}
