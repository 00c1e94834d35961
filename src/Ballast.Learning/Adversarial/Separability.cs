using Ballast.Core;

namespace Ballast.Learning.Adversarial;

/// <summary>How far apart the classes lie in a model's features, in units of their spread: the mean over pairs of classes of ‖μ_a - μ_b‖ / √((tr Σ_a + tr Σ_b)/2).</summary>
/// <remarks>Source: the diagnostic of SRAT (Wang et al., ICDM 2022); for a robust model give the features of attacked samples. Σ has 1/n, not 1/(n - 1).</remarks>
public static class Separability
{
    /// <summary>Separability of features.</summary>
    /// <param name="features">n × d, row-major.</param>
    /// <param name="width">d.</param>
    /// <param name="labels">n class indices.</param>
    /// <returns>NaN with fewer than two classes; ∞ where two classes have no spread at all.</returns>
    /// <exception cref="ArgumentException">The lengths do not fit, or a label is negative.</exception>
    public static double Of(ReadOnlySpan<float> features, int width, ReadOnlySpan<int> labels)
    {
        Guard.SameLength(checked(labels.Length * Guard.Positive(width)), features.Length, "labels times width", nameof(features));
        var classes = new SortedDictionary<int, (double[] Mean, int Count)>();
        for (var i = 0; i < labels.Length; i++)
        {
            var (sum, count) = classes.TryGetValue(Guard.NotNegative(labels[i], nameof(labels)), out var found) ? found : (new double[width], 0);
            for (var j = 0; j < width; j++)
                sum[j] += features[i * width + j];
            classes[labels[i]] = (sum, count + 1);
        }
        foreach (var (mean, count) in classes.Values)
            for (var j = 0; j < width; j++)
                mean[j] /= count;
        var spread = classes.ToDictionary(pair => pair.Key, _ => 0.0);
        for (var i = 0; i < labels.Length; i++)
            spread[labels[i]] += Distance(features.Slice(i * width, width), classes[labels[i]].Mean) / classes[labels[i]].Count;
        int[] present = [.. classes.Keys];
        var (total, pairs) = (0.0, 0);
        for (var a = 0; a < present.Length; a++)
            for (var b = a + 1; b < present.Length; b++, pairs++)
                total += Math.Sqrt(Distance(classes[present[a]].Mean, classes[present[b]].Mean) / ((spread[present[a]] + spread[present[b]]) / 2));
        return total / pairs;
    }

    private static double Distance(ReadOnlySpan<float> a, double[] b)
    {
        var sum = 0.0;
        for (var j = 0; j < b.Length; j++)
            sum += (a[j] - b[j]) * (a[j] - b[j]);
        return sum;
    }

    private static double Distance(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var j = 0; j < b.Length; j++)
            sum += (a[j] - b[j]) * (a[j] - b[j]);
        return sum;
    }
}
