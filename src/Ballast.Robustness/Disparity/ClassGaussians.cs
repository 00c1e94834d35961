using Ballast.Core;
using Ballast.Learning.Adversarial;

namespace Ballast.Robustness.Disparity;

/// <summary>Class means and the covariance they share, estimated from features: what a forecast needs before any robust training. An estimate, which takes classes for Gaussian.</summary>
/// <remarks>The pooled covariance is shrunk towards a multiple of the identity by Ledoit and Wolf (2004), rows centred by their class.</remarks>
public sealed class ClassGaussians
{
    private readonly double[][] means;
    private readonly double[,] covariance;

    private ClassGaussians(double[][] means, int[] counts, double[,] covariance, double shrinkage) => (this.means, Counts, this.covariance, Shrinkage) = (means, counts, covariance, shrinkage);

    /// <summary>Rows of each class.</summary>
    public IReadOnlyList<int> Counts { get; }

    /// <summary>Share of the identity in the covariance, in [0, 1].</summary>
    public double Shrinkage { get; }

    /// <summary>Estimates from rows: raw features, or a network's penultimate ones.</summary>
    /// <param name="features">n × d, row-major, finite.</param>
    /// <param name="width">d.</param>
    /// <param name="labels">n class indices.</param>
    /// <param name="classNames">Names of the K classes.</param>
    /// <exception cref="ArgumentException">A class has fewer than 2 rows (named), a feature is no finite number, or lengths differ.</exception>
    public static ClassGaussians Estimate(ReadOnlySpan<float> features, int width, ReadOnlySpan<int> labels, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        Guard.SameLength(checked(labels.Length * Guard.Positive(width)), features.Length, "labels times width", nameof(features));
        if (features.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) is var bad and >= 0)
            throw new ArgumentException($"Feature {bad % width + 1} of row {bad / width + 1} is no finite number.", nameof(features));
        var (means, counts) = (new double[classNames.Count][], new int[classNames.Count]);
        for (var k = 0; k < means.Length; k++)
        {
            counts[k] = labels.Count(k);
            if (counts[k] < 2)
                throw new ArgumentException($"Class '{classNames[k]}' has {counts[k]} row{(counts[k] == 1 ? "" : "s")}; at least 2 are needed.", nameof(labels));
            means[k] = new double[width];
        }
        for (var i = 0; i < labels.Length; i++)
            for (var j = 0; j < width; j++)
                means[labels[i]][j] += features[i * width + j] / (double)counts[labels[i]];
        var centred = new double[labels.Length * width];
        for (var i = 0; i < labels.Length; i++)
            for (var j = 0; j < width; j++)
                centred[i * width + j] = features[i * width + j] - means[labels[i]][j];
        var (covariance, shrinkage) = LedoitWolf(centred, labels.Length, width);
        return new ClassGaussians(means, counts, covariance, shrinkage);
    }

    /// <summary>The forecast for two classes, the one with more rows as the frequent one.</summary>
    /// <param name="first">One class.</param>
    /// <param name="second">Another.</param>
    /// <param name="norm">The attacker's norm.</param>
    /// <param name="epsilon">ε, at least 0, in the features' unit.</param>
    /// <param name="ratio">R, at least 1; null for that of the rows.</param>
    /// <exception cref="ArgumentException">The covariance is not positive definite.</exception>
    public PairForecast Pair(int first, int second, PerturbationNorm norm, double epsilon, double? ratio = null)
    {
        if (first == second)
            throw new ArgumentException("Two different classes are needed.", nameof(second));
        var (frequent, rare) = Counts[first] >= Counts[second] ? (first, second) : (second, first);
        var half = means[frequent].Zip(means[rare], (a, b) => (a - b) / 2).ToArray();
        return new PairForecast(frequent, rare, AccuracyDisparity.Gaussian(half, covariance, norm, epsilon, ratio ?? (double)Counts[frequent] / Counts[rare]));
    }

    /// <summary>The forecasts of all pairs of classes.</summary>
    public IReadOnlyList<PairForecast> Pairs(PerturbationNorm norm, double epsilon, double? ratio = null) =>
        [.. from a in Enumerable.Range(0, means.Length) from b in Enumerable.Range(a + 1, means.Length - a - 1) select Pair(a, b, norm, epsilon, ratio)];

    private static (double[,] Covariance, double Shrinkage) LedoitWolf(double[] centred, int rows, int width)
    {
        var covariance = new double[width, width];
        var fourth = 0.0;
        for (var i = 0; i < rows; i++)
        {
            var row = centred.AsSpan(i * width, width);
            var square = 0.0;
            for (var a = 0; a < width; a++)
            {
                square += row[a] * row[a];
                for (var b = 0; b <= a; b++)
                    covariance[a, b] += row[a] * row[b] / rows;
            }
            fourth += square * square;
        }
        var (trace, sum) = (0.0, 0.0);
        for (var a = 0; a < width; a++)
        {
            trace += covariance[a, a];
            for (var b = 0; b <= a; b++)
            {
                sum += (a == b ? 1 : 2) * covariance[a, b] * covariance[a, b];
                covariance[b, a] = covariance[a, b];
            }
        }
        var mean = trace / width;
        var delta = (sum - width * mean * mean) / width;
        var beta = (fourth / rows - sum) / ((double)width * rows);
        var shrinkage = delta <= 0 ? 0 : Math.Clamp(beta / delta, 0, 1);
        for (var a = 0; a < width; a++)
            for (var b = 0; b < width; b++)
                covariance[a, b] = (1 - shrinkage) * covariance[a, b] + (a == b ? shrinkage * mean : 0);
        return (covariance, shrinkage);
    }
}
