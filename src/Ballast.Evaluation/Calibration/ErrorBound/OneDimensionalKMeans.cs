using Ballast.Core;

namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>k-means of sorted numbers, without chance.</summary>
/// <remarks>
/// Centroid i starts at sorted[floor((i + 1/2) N / k)]; Lloyd's rounds until none moves by 1e-12 or more, or 50 rounds. An empty cluster keeps its centroid, ties go to the lower one.
/// On sorted numbers clusters are stretches, found by binary search between the centroids' midpoints, and prefix sums give their means.
/// </remarks>
public static class OneDimensionalKMeans
{
    /// <summary>Clusters of the objective.</summary>
    public const int ClusterCount = 15;

    private const int MostRounds = 50;
    private const double SmallestMove = 1e-12;

    /// <summary>The centroids, ascending.</summary>
    /// <param name="sorted">N numbers, ascending.</param>
    /// <param name="clusters">Number of centroids k.</param>
    /// <exception cref="ArgumentException">There are no numbers.</exception>
    public static double[] Centroids(ReadOnlySpan<double> sorted, int clusters = ClusterCount)
    {
        if (sorted.IsEmpty)
            throw new ArgumentException("There are no numbers to cluster.", nameof(sorted));
        var centroids = new double[Guard.Positive(clusters)];
        Find(sorted, new double[sorted.Length + 1], centroids);
        return centroids;
    }

    /// <summary>As <see cref="Centroids"/>, with a buffer of N + 1 for the prefix sums.</summary>
    internal static void Find(ReadOnlySpan<double> sorted, Span<double> sums, Span<double> centroids)
    {
        var (sum, clusters) = (0.0, centroids.Length);
        sums[0] = 0;
        for (var i = 0; i < sorted.Length; i++)
            sums[i + 1] = sum += sorted[i];
        for (var i = 0; i < clusters; i++)
            centroids[i] = sorted[(int)((2L * i + 1) * sorted.Length / (2L * clusters))];

        Span<int> ends = stackalloc int[clusters];
        for (var round = 0; round < MostRounds; round++)
        {
            Ends(sorted, centroids, ends);
            var largest = 0.0;
            for (var (i, start) = (0, 0); i < clusters; start = ends[i++])
            {
                if (ends[i] == start)
                    continue;
                var mean = (sums[ends[i]] - sums[start]) / (ends[i] - start);
                largest = Math.Max(largest, Math.Abs(mean - centroids[i]));
                centroids[i] = mean;
            }
            if (largest < SmallestMove)
                break;
        }
    }

    /// <summary>The end (exclusive) of each cluster among sorted numbers: a number at or below the midpoint of two centroids belongs to the lower.</summary>
    internal static void Ends(ReadOnlySpan<double> sorted, ReadOnlySpan<double> centroids, Span<int> ends)
    {
        var start = 0;
        for (var i = 0; i + 1 < centroids.Length; i++)
        {
            var middle = 0.5 * (centroids[i] + centroids[i + 1]);
            var (low, high) = (start, sorted.Length);
            while (low < high)
            {
                var probe = (low + high) / 2;
                if (sorted[probe] <= middle)
                    low = probe + 1;
                else
                    high = probe;
            }
            ends[i] = start = low;
        }
        ends[^1] = sorted.Length;
    }
}
