using Ballast.Core;

namespace Ballast.Learning.Tabular;

/// <summary>How much a row of each class counts in training, on top of the rows' own weights.</summary>
public sealed class ClassWeights
{
    private readonly double[]? explicitWeights;
    private readonly bool balanced;

    private ClassWeights(bool balanced, double[]? explicitWeights) => (this.balanced, this.explicitWeights) = (balanced, explicitWeights);

    /// <summary>Every row counts by its own weight alone.</summary>
    public static ClassWeights None { get; } = new(balanced: false, null);

    /// <summary>Every class counts alike: class k gets W / (C W_k), where W_k is the weight of its rows and C the number of classes with rows.</summary>
    public static ClassWeights Balanced { get; } = new(balanced: true, null);

    /// <summary>Class k gets <paramref name="weights"/>[k].</summary>
    /// <exception cref="ArgumentOutOfRangeException">A weight is negative or NaN.</exception>
    public static ClassWeights Of(params double[] weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        foreach (var weight in weights)
            Guard.NotNegative(weight, nameof(weights));
        return new(balanced: false, [.. weights]);
    }

    /// <summary>Effective number of samples (Cui et al., CVPR 2019, eq. 2): w_k = (1 - beta) / (1 - beta^n_k), scaled to sum K.</summary>
    /// <param name="counts">n_k training rows of each class, at least 1.</param>
    /// <param name="beta">In [0, 1): 0 gives equal weights, near 1 inverse frequency; 0.9999 is the paper's, 0.99 and 0.999 suit small sets.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1 or beta lies outside [0, 1).</exception>
    public static ClassWeights EffectiveNumber(ReadOnlySpan<int> counts, double beta = 0.9999)
    {
        if (!(beta >= 0 && beta < 1))
            throw new ArgumentOutOfRangeException(nameof(beta), beta, "beta must lie in [0, 1).");
        // 1 - beta^n loses its digits near beta = 1: expm1 keeps them.
        var logBeta = Math.Log(beta);
        return Scaled(counts, count => (1 - beta) / -Expm1(count * logBeta));
    }

    /// <summary>w_k proportional to n_k^-power, scaled to mean 1: 1 is inverse frequency, 0.5 its square root, 0 equal weights.</summary>
    /// <param name="counts">n_k training rows of each class, at least 1.</param>
    /// <param name="power">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1 or the power is negative.</exception>
    public static ClassWeights InverseFrequency(ReadOnlySpan<int> counts, double power = 1)
    {
        Guard.NotNegative(power);
        return Scaled(counts, count => Math.Pow(count, -power));
    }

    /// <summary>The K weights where they are known without the rows; null for <see cref="None"/> and <see cref="Balanced"/>.</summary>
    public IReadOnlyList<double>? Values => explicitWeights;

    /// <summary>n row weights: the row's own weight times its class's.</summary>
    /// <exception cref="ArgumentException">Weights were given for another number of classes.</exception>
    public float[] RowWeights(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var rows = data.Weights.IsEmpty ? Ones(data.Count) : data.Weights.ToArray();
        var labels = data.Labels.Span;
        if (Factors(rows, labels, data.ClassCount) is { } factors)
            for (var i = 0; i < rows.Length; i++)
                rows[i] = (float)(rows[i] * factors[labels[i]]);
        return rows;
    }

    private double[]? Factors(float[] rows, ReadOnlySpan<int> labels, int classes)
    {
        if (explicitWeights is not null)
        {
            Guard.SameLength(classes, explicitWeights.Length, "the dataset's classes", "class weights");
            return explicitWeights;
        }
        if (!balanced)
            return null;
        var totals = new double[classes];
        for (var i = 0; i < rows.Length; i++)
            totals[labels[i]] += rows[i];
        var (all, present) = (totals.Sum(), totals.Count(total => total > 0));
        return Array.ConvertAll(totals, total => total > 0 ? all / (present * total) : 0);
    }

    private static ClassWeights Scaled(ReadOnlySpan<int> counts, Func<double, double> weight)
    {
        var weights = new double[counts.Length];
        for (var k = 0; k < weights.Length; k++)
            weights[k] = weight(Guard.Positive(counts[k], nameof(counts)));
        var mean = weights.Sum() / weights.Length;
        return new(balanced: false, Array.ConvertAll(weights, w => w / mean));
    }

    /// <summary>e^x - 1 without cancellation near 0 (Kahan): (u - 1) x / log u with u = e^x, whose rounding errors cancel.</summary>
    private static double Expm1(double x)
    {
        var u = Math.Exp(x);
        return u == 1 ? x : u - 1 == -1 ? -1 : (u - 1) * x / Math.Log(u);
    }

    private static float[] Ones(int count)
    {
        var ones = new float[count];
        ones.AsSpan().Fill(1);
        return ones;
    }
}
