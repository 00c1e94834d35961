using Ballast.Core;

namespace Ballast.Evaluation.Slices.Trees;

/// <summary>Proposes the leaves of an error tree whose loss lies above the mean, the highest z value first.</summary>
/// <param name="data">A table with named columns.</param>
/// <param name="maximumDepth">Splits on the way to a leaf, 1 to 16.</param>
public sealed class ErrorTreeSearch(Dataset data, int maximumDepth = 4) : ISliceSearch
{
    /// <inheritdoc/>
    public int Count => data.Count;

    /// <inheritdoc/>
    public IReadOnlyList<SliceCandidate> Propose(ReadOnlyMemory<double> losses, int[] searchRows, SliceFinderOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(searchRows);
        ArgumentNullException.ThrowIfNull(options);
        var values = losses.ToArray();
        var leaves = new ErrorTree(maximumDepth, Math.Max(options.MinimumRows, (searchRows.Length + 99) / 100)).Grow(data, values, searchRows, cancellation);
        var mean = searchRows.Average(row => values[row]);
        return [.. leaves.Where(leaf => leaf.Conditions.Count > 0)
            .Select(leaf => (leaf.Conditions, Excess: leaf.Rows.Sum(row => values[row] - mean) / Math.Sqrt(leaf.Rows.Length)))
            .Where(leaf => leaf.Excess > 0).OrderByDescending(leaf => leaf.Excess)
            .Select(leaf => new SliceCandidate(string.Join(" and ", leaf.Conditions), leaf.Conditions, RowsOf(leaf.Conditions)))];
    }

    private int[] RowsOf(IReadOnlyList<SliceCondition> conditions) =>
        [.. Enumerable.Range(0, data.Count).Where(i => conditions.All(condition => condition.Matches(data.Row(i)[condition.Feature])))];
}
