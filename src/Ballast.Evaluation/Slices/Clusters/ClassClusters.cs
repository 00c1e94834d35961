using Ballast.Core;
using Ballast.Numerics.Clustering;

namespace Ballast.Evaluation.Slices.Clusters;

/// <summary>k-means within each class on standardised representations; clusters are proposed worst first.</summary>
/// <remarks>k-means++ seeds, 10 starts, the least inertia. A class with fewer rows than clusters, or with fewer different rows, gets fewer clusters. A cluster is compared with the rest of its class.</remarks>
/// <param name="input">The rows.</param>
/// <param name="clusters">Clusters of each class.</param>
/// <param name="starts">Starts of k-means.</param>
public sealed class ClassClusters(SliceInput input, int clusters = 10, int starts = 10) : ISliceSearch
{
    private readonly int clusters = Guard.Positive(clusters);
    private readonly int starts = Guard.Positive(starts);

    /// <inheritdoc/>
    public int Count => input.Count;

    /// <inheritdoc/>
    public IReadOnlyList<SliceCandidate> Propose(ReadOnlyMemory<double> losses, int[] searchRows, SliceFinderOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(searchRows);
        ArgumentNullException.ThrowIfNull(options);
        var standardized = new Standardized(input.Representations.Span, input.Width).Values;
        var points = Array.ConvertAll(standardized, value => (float)value);
        var found = new List<(SliceCandidate Candidate, double Loss)>();
        var searched = new bool[input.Count];
        foreach (var row in searchRows)
            searched[row] = true;
        for (var c = 0; c < input.ClassNames.Count; c++)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] own = [.. searchRows.Where(row => input.Labels.Span[row] == c)];
            if (own.Length < options.MinimumRows)
                continue;
            var classIndex = c;
            var centroids = KMeans.FitBest(points, input.Width, own, Math.Min(clusters, own.Length), starts, start => RandomStream.For(options.Seed, $"slice clusters {classIndex}", start));
            var rowsOf = new List<int>[clusters];
            for (var k = 0; k < clusters; k++)
                rowsOf[k] = [];
            int[] members = [.. Enumerable.Range(0, input.Count).Where(i => input.Labels.Span[i] == classIndex)];
            foreach (var i in members)
                rowsOf[KMeans.Nearest(points.AsSpan(i * input.Width, input.Width), centroids)].Add(i);
            for (var k = 0; k < clusters; k++)
            {
                double[] inside = [.. rowsOf[k].Where(row => searched[row]).Select(row => losses.Span[row])];
                if (inside.Length >= options.MinimumRows)
                    found.Add((new SliceCandidate(ClusterNames.Of(input, standardized, rowsOf[k], c, k + 1), [], [.. rowsOf[k]]) { Among = members }, inside.Average()));
            }
        }
        return [.. found.OrderByDescending(item => item.Loss).Select(item => item.Candidate)];
    }
}
