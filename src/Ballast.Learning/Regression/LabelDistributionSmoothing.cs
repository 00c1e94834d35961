using Ballast.Core;
using Ballast.Evaluation.Metrics;

namespace Ballast.Learning.Regression;

/// <summary>Label distribution smoothing (LDS; Yang et al., ICML 2021, section 3.1): weights by how rare a label's neighbourhood is.</summary>
/// <remarks>The histogram's square root (or clipped count) is smoothed by the kernel, zero beyond the ends; r_i = 1 / smoothed value at the label's bin, scaled to mean 1 over the rows.</remarks>
public static class LabelDistributionSmoothing
{
    /// <summary>One weight a label, mean 1.</summary>
    /// <param name="labels">n training labels.</param>
    /// <param name="options">Bins, kernel and form; null for the defaults.</param>
    /// <exception cref="ArgumentException">There are no labels, or one is NaN.</exception>
    public static double[] Weights(ReadOnlySpan<double> labels, LdsOptions? options = null)
    {
        var given = options ?? new LdsOptions();
        if (labels.IsEmpty)
            throw new ArgumentException("There are no labels.", nameof(labels));
        var bins = given.Bins ?? LabelBins.Covering(labels);
        var smoothed = Smoothed(bins.Histogram(labels), given);
        var weights = new double[labels.Length];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = 1 / smoothed[bins.IndexOf(labels[i])];
        var mean = weights.Sum() / weights.Length;
        for (var i = 0; i < weights.Length; i++)
            weights[i] /= mean;
        return weights;
    }

    /// <summary>The same dataset with these weights, times those it had.</summary>
    /// <exception cref="ArgumentException">The dataset has no targets.</exception>
    public static Dataset Apply(Dataset data, LdsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Targets.Length != data.Count || data.Count == 0)
            throw new ArgumentException("The dataset has no targets.", nameof(data));
        var (weights, present) = (Weights(data.Targets.Span, options), data.Weights);
        var rows = new float[data.Count];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = (float)(weights[i] * (present.IsEmpty ? 1 : present.Span[i]));
        return data.WithWeights(rows);
    }

    private static double[] Smoothed(int[] counts, LdsOptions options)
    {
        var values = Array.ConvertAll(counts, count => options.Reweighting == LdsReweighting.Inverse ? Math.Clamp(count, 5, 1000) : Math.Sqrt(count));
        var (smoothed, half) = (new double[values.Length], options.Kernel.Half);
        for (var b = 0; b < values.Length; b++)
            for (var offset = Math.Max(-half, -b); offset <= half && b + offset < values.Length; offset++)
                smoothed[b] += values[b + offset] * options.Kernel[offset];
        return smoothed;
    }
}
