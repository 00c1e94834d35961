using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Evaluation.Thresholds;

/// <summary>Operating-point inconsistency (OPIS): how unequal false accept and false reject rates become when one distance threshold serves every class.</summary>
/// <remarks>
/// Source: Zhang et al., "Threshold-consistent margin loss for open-world deep metric learning", ICLR 2024. Rows match where d = 1 - cosine is at most the threshold.
/// Utility of class k: U = (1 + c^2) phi psi / (c^2 phi + psi) with psi = 1 - FRR, phi = 1 - FAR, 0 where that is 0/0. The range of thresholds runs between the pooled
/// false accept rates <see cref="OpisOptions.FarLow"/> and <see cref="OpisOptions.FarHigh"/>; OPIS is the mean over it of the classes' variance of U, eps-OPIS of the squared
/// gap between the worst classes and the rest. Integrals by the trapezoid rule. Time O(n^2 D) on all cores; memory one float64 a negative pair.
/// </remarks>
public static class OperatingPointInconsistency
{
    /// <summary>Measures.</summary>
    /// <param name="embeddings">Rows of classes that the model has not seen in training.</param>
    /// <param name="options">Range, grid and sampling; null for the defaults.</param>
    /// <param name="progress">Told of each stage.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">Fewer than two classes have two rows, the false accept rates are not 0 &lt; low &lt; high &lt; 1, or there are too few negative pairs for the lower one.</exception>
    public static OpisReport Compute(LabelledEmbeddings embeddings, OpisOptions? options = null, IProgress<ProgressUpdate>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        options ??= new();
        options.Check();
        int[] classes = [.. Enumerable.Range(0, embeddings.Labels.Count).Where(k => embeddings.SizeOf(k) >= 2)];
        if (classes.Length < 2)
            throw new ArgumentException($"{classes.Length} class{(classes.Length == 1 ? " has" : "es have")} two rows or more; at least two must.", nameof(embeddings));
        var isSampled = embeddings.Count > options.ExactRows;
        var negatives = isSampled ? Math.Min(embeddings.NegativePairs, options.PooledNegatives) : embeddings.NegativePairs;
        if (negatives * options.FarLow < 1)
            throw new ArgumentException($"{negatives} negative pairs cannot resolve a false accept rate of {options.FarLow}: the smallest usable one is {1.0 / negatives}.", nameof(options));

        progress?.Report(new("range of thresholds", 0));
        var pooled = isSampled ? NegativeDraws.Pooled(embeddings, options.PooledNegatives, options.Seed) : AllNegatives(embeddings, cancellation);
        var thresholds = Grid(ThresholdRange.Quantiles(pooled, options.FarLow, options.FarHigh), options.Grid);
        progress?.Report(new("rates of each class", 0.3));
        var accepted = isSampled ? SampledAccepts(embeddings, classes, thresholds, options, cancellation) : AllAccepts(embeddings, thresholds, cancellation);
        var curves = new ClassOperatingCurve[classes.Length];
        Parallel.For(0, classes.Length, new ParallelOptions { CancellationToken = cancellation }, t =>
            curves[t] = Curve(embeddings, classes[t], accepted[classes[t]], thresholds, options.C));
        progress?.Report(new("nearest neighbours", 0.7));

        var worst = Worst(curves, options.Eps);
        return new OpisReport
        {
            Opis = Integrate(Enumerable.Range(0, options.Grid).Select(g => Variance(curves, g))),
            EpsOpis = Integrate(Enumerable.Range(0, options.Grid).Select(g => SquaredGap(curves, worst, g))),
            Thresholds = thresholds,
            ClassCurves = curves,
            WorstShare = [.. worst.Select(t => curves[t].Label)],
            SingleRowClasses = [.. Enumerable.Range(0, embeddings.Labels.Count).Where(k => embeddings.SizeOf(k) < 2).Select(k => embeddings.Labels[k])],
            RecallAt1 = Retrieval.RecallAtK(embeddings, 1, cancellation),
            PooledNegatives = pooled.Length,
            IsSampled = isSampled,
        };
    }

    /// <summary>Every unordered negative pair once.</summary>
    private static double[] AllNegatives(LabelledEmbeddings embeddings, CancellationToken cancellation)
    {
        var offsets = new long[embeddings.Count + 1];
        for (var i = 0; i < embeddings.Count; i++)
            offsets[i + 1] = offsets[i] + embeddings.Count - EndOfClass(embeddings, i);
        var distances = new double[offsets[^1]];
        Parallel.For(0, embeddings.Count, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            var next = offsets[i];
            for (var j = EndOfClass(embeddings, i); j < embeddings.Count; j++)
                distances[next++] = embeddings.Distance(i, j);
        });
        return distances;
    }

    private static double[] Grid((double Low, double High) range, int points)
    {
        var step = (range.High - range.Low) / (points - 1);
        var grid = new double[points];
        for (var g = 0; g < points; g++)
            grid[g] = range.Low + g * step;
        grid[^1] = range.High;
        return grid;
    }

    /// <summary>[classes][Grid] share of a class's negatives within each threshold, over all pairs.</summary>
    private static double[][] AllAccepts(LabelledEmbeddings embeddings, double[] thresholds, CancellationToken cancellation)
    {
        var (classes, grid) = (embeddings.Labels.Count, thresholds.Length);
        var counts = new long[classes * grid];
        Parallel.For(0, embeddings.Count, new ParallelOptions { CancellationToken = cancellation }, () => new long[classes * grid], (i, _, local) =>
        {
            var own = embeddings.ClassAt(i) * grid;
            for (var j = EndOfClass(embeddings, i); j < embeddings.Count; j++)
                if (FirstWithin(thresholds, embeddings.Distance(i, j)) is var g && g < grid)
                {
                    local[own + g]++;
                    local[embeddings.ClassAt(j) * grid + g]++;
                }
            return local;
        }, local =>
        {
            lock (counts)
                TensorPrimitives.Add(counts, local, counts);
        });
        return [.. Enumerable.Range(0, classes).Select(k =>
            Shares(counts.AsSpan(k * grid, grid), (long)embeddings.SizeOf(k) * (embeddings.Count - embeddings.SizeOf(k))))];
    }

    private static double[][] SampledAccepts(LabelledEmbeddings embeddings, int[] classes, double[] thresholds, OpisOptions options, CancellationToken cancellation)
    {
        var shares = new double[embeddings.Labels.Count][];
        Parallel.ForEach(classes, new ParallelOptions { CancellationToken = cancellation }, k =>
            shares[k] = ShareWithin(NegativeDraws.OfClass(embeddings, k, options.NegativesPerClass, options.Seed), thresholds));
        return shares;
    }

    private static ClassOperatingCurve Curve(LabelledEmbeddings embeddings, int k, double[] falseAccept, double[] thresholds, double c)
    {
        var counts = new long[thresholds.Length];
        for (var i = embeddings.StartOf(k); i < embeddings.StartOf(k + 1); i++)
            for (var j = i + 1; j < embeddings.StartOf(k + 1); j++)
                if (FirstWithin(thresholds, embeddings.Distance(i, j)) is var g && g < thresholds.Length)
                    counts[g]++;
        var sensitivity = Shares(counts, LabelledEmbeddings.Pairs(embeddings.SizeOf(k)));
        double[] utility = [.. sensitivity.Zip(falseAccept, (psi, far) => Utility(1 - far, psi, c))];
        return new ClassOperatingCurve(embeddings.Labels[k], embeddings.SizeOf(k), [.. sensitivity.Select(psi => 1 - psi)], falseAccept, utility, Integrate(utility));
    }

    private static double Utility(double phi, double psi, double c)
    {
        var denominator = c * c * phi + psi;
        return denominator == 0 ? 0 : (1 + c * c) * phi * psi / denominator;
    }

    /// <summary>Positions of the worst classes, worst first; the lower label first where mean utilities tie.</summary>
    private static int[] Worst(ClassOperatingCurve[] curves, double eps)
    {
        var count = Math.Min(curves.Length - 1, Math.Max(1, (int)Math.Ceiling(eps * curves.Length)));
        return [.. Enumerable.Range(0, curves.Length).OrderBy(t => curves[t].MeanUtility).Take(count)];
    }

    private static double Variance(ClassOperatingCurve[] curves, int g)
    {
        var mean = curves.Average(curve => curve.Utility[g]);
        return curves.Average(curve => (curve.Utility[g] - mean) * (curve.Utility[g] - mean));
    }

    private static double SquaredGap(ClassOperatingCurve[] curves, int[] worst, int g)
    {
        var low = worst.Sum(t => curves[t].Utility[g]);
        var rest = curves.Sum(curve => curve.Utility[g]) - low;
        var gap = low / worst.Length - rest / (curves.Length - worst.Length);
        return gap * gap;
    }

    // The mean over the range: on a grid of equal steps their length cancels, and a range of one point gives the value there.
    private static double Integrate(IEnumerable<double> values)
    {
        double[] all = [.. values];
        return (all.Sum() - (all[0] + all[^1]) / 2) / (all.Length - 1);
    }

    private static double[] ShareWithin(double[] distances, double[] thresholds)
    {
        var counts = new long[thresholds.Length];
        foreach (var distance in distances)
            if (FirstWithin(thresholds, distance) is var g && g < thresholds.Length)
                counts[g]++;
        return Shares(counts, distances.Length);
    }

    private static double[] Shares(ReadOnlySpan<long> counts, long total)
    {
        var shares = new double[counts.Length];
        long within = 0;
        for (var g = 0; g < shares.Length; g++)
            shares[g] = (double)(within += counts[g]) / total;
        return shares;
    }

    /// <summary>The first threshold that is at least <paramref name="distance"/>; their number where none is.</summary>
    private static int FirstWithin(double[] thresholds, double distance)
    {
        if (distance > thresholds[^1])
            return thresholds.Length;
        int low = 0, high = thresholds.Length - 1;
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (thresholds[middle] >= distance)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

    private static int EndOfClass(LabelledEmbeddings embeddings, int place) => embeddings.StartOf(embeddings.ClassAt(place) + 1);
}
