using Ballast.Core;

namespace Ballast.Numerics.Clustering;

/// <summary>Lloyd's k-means from k-means++ seeds (Arthur and Vassilvitskii 2007).</summary>
public static class KMeans
{
    private const int MaximumRounds = 100;

    /// <summary>k x d centroids of the chosen rows from one start.</summary>
    /// <param name="points">n x d values, row-major, finite.</param>
    /// <param name="width">d.</param>
    /// <param name="rows">The rows to cluster; at least one.</param>
    /// <param name="clusters">k.</param>
    /// <param name="random">Chooses the seeds.</param>
    public static double[] Fit(float[] points, int width, int[] rows, int clusters, RandomStream random)
    {
        var centroids = Seeds(points, width, rows, clusters, random);
        var owners = new int[rows.Length];
        for (var round = 0; round < MaximumRounds; round++)
        {
            var moved = false;
            for (var i = 0; i < rows.Length; i++)
            {
                var nearest = Nearest(points.AsSpan(rows[i] * width, width), centroids);
                moved |= nearest != owners[i];
                owners[i] = nearest;
            }
            if (!moved && round > 0)
                break;
            var (sums, counts) = (new double[centroids.Length], new int[clusters]);
            for (var i = 0; i < rows.Length; i++)
            {
                counts[owners[i]]++;
                for (var j = 0; j < width; j++)
                    sums[owners[i] * width + j] += points[rows[i] * width + j];
            }
            for (var j = 0; j < sums.Length; j++)
                if (counts[j / width] > 0)
                    centroids[j] = sums[j] / counts[j / width];
        }
        return centroids;
    }

    /// <summary>The centroids of least inertia (sum of squared distances to the nearest) over several starts, the first on ties.</summary>
    /// <param name="points">n x d values, row-major, finite.</param>
    /// <param name="width">d.</param>
    /// <param name="rows">The rows to cluster; at least one.</param>
    /// <param name="clusters">k.</param>
    /// <param name="starts">Starts, each from seeds of its own.</param>
    /// <param name="randomOf">The stream of a start.</param>
    public static double[] FitBest(float[] points, int width, int[] rows, int clusters, int starts, Func<int, RandomStream> randomOf)
    {
        var fits = new (double[] Centroids, double Inertia)[starts];
        Parallel.For(0, starts, start =>
        {
            var centroids = Fit(points, width, rows, clusters, randomOf(start));
            var inertia = 0.0;
            foreach (var row in rows)
            {
                var point = points.AsSpan(row * width, width);
                inertia += Distance(point, centroids.AsSpan(Nearest(point, centroids) * width, width));
            }
            fits[start] = (centroids, inertia);
        });
        return fits.MinBy(fit => fit.Inertia).Centroids;
    }

    /// <summary>The centroid nearest to a point, the first on ties.</summary>
    public static int Nearest(ReadOnlySpan<float> point, ReadOnlySpan<double> centroids)
    {
        var (best, least) = (0, double.PositiveInfinity);
        for (var c = 0; c * point.Length < centroids.Length; c++)
        {
            var distance = Distance(point, centroids.Slice(c * point.Length, point.Length));
            if (distance < least)
                (best, least) = (c, distance);
        }
        return best;
    }

    private static double[] Seeds(float[] points, int width, int[] rows, int clusters, RandomStream random)
    {
        var centroids = new double[clusters * width];
        var distances = new double[rows.Length];
        distances.AsSpan().Fill(1);
        for (var c = 0; c < clusters; c++)
        {
            var mark = random.NextDouble() * distances.Sum();
            var chosen = 0;
            while (chosen < rows.Length - 1 && (mark -= distances[chosen]) >= 0)
                chosen++;
            var centroid = centroids.AsSpan(c * width, width);
            for (var j = 0; j < width; j++)
                centroid[j] = points[rows[chosen] * width + j];
            for (var i = 0; i < rows.Length; i++)
            {
                var distance = Distance(points.AsSpan(rows[i] * width, width), centroid);
                distances[i] = c == 0 ? distance : Math.Min(distances[i], distance);
            }
        }
        return centroids;
    }

    private static double Distance(ReadOnlySpan<float> point, ReadOnlySpan<double> centroid)
    {
        var sum = 0.0;
        for (var j = 0; j < point.Length; j++)
            sum += (point[j] - centroid[j]) * (point[j] - centroid[j]);
        return sum;
    }
}
