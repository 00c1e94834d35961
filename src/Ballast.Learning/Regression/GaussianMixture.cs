using Ballast.Core;

namespace Ballast.Learning.Regression;

/// <summary>A mixture of K Gaussians of one number: weights, means and variances.</summary>
public sealed class GaussianMixture
{
    private const int MostIterations = 500;
    private const double SmallestGain = 1e-8;

    /// <summary>A mixture with given parts.</summary>
    /// <param name="weights">K weights greater than 0.</param>
    /// <param name="means">K means.</param>
    /// <param name="variances">K variances of at least 0.</param>
    /// <exception cref="ArgumentException">Lengths differ, there is no part, or a part is out of range.</exception>
    public GaussianMixture(IReadOnlyList<double> weights, IReadOnlyList<double> means, IReadOnlyList<double> variances)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(variances);
        Guard.SameLength(weights.Count, means.Count, nameof(weights), nameof(means));
        Guard.SameLength(weights.Count, variances.Count, nameof(weights), nameof(variances));
        Guard.Positive(weights.Count, nameof(weights));
        foreach (var weight in weights)
            Guard.Positive(weight, nameof(weights));
        foreach (var variance in variances)
            Guard.NotNegative(variance, nameof(variances));
        (Weights, Means, Variances) = ([.. weights], [.. means], [.. variances]);
    }

    /// <summary>w_k.</summary>
    public IReadOnlyList<double> Weights { get; }

    /// <summary>m_k.</summary>
    public IReadOnlyList<double> Means { get; }

    /// <summary>v_k.</summary>
    public IReadOnlyList<double> Variances { get; }

    /// <summary>Fits by expectation-maximisation, begun at the quantiles of the values, so that nothing is random; variances stay above 1e-6 of the whole one.</summary>
    /// <param name="values">n finite numbers.</param>
    /// <param name="components">K, at least 1; no more are made than there are different values.</param>
    /// <exception cref="ArgumentException">There are no values, or one is not finite.</exception>
    public static GaussianMixture Fit(ReadOnlySpan<double> values, int components = 8)
    {
        Guard.Positive(components);
        if (values.IsEmpty)
            throw new ArgumentException("There are no values.", nameof(values));
        foreach (var value in values)
            if (!double.IsFinite(value))
                throw new ArgumentException($"A value is {value}; all must be finite.", nameof(values));
        var count = values.Length;
        // Equal values count once, by their number: labels are often whole numbers.
        var points = values.ToArray().CountBy(value => value).OrderBy(pair => pair.Key).Select(pair => (Value: pair.Key, Share: (double)pair.Value / count)).ToArray();
        var mean = points.Sum(point => point.Share * point.Value);
        var whole = points.Sum(point => point.Share * (point.Value - mean) * (point.Value - mean));
        var parts = Math.Min(components, points.Length);
        var floor = Math.Max(1e-6 * whole, 1e-12);
        var (weights, variances) = (new double[parts], new double[parts]);
        Array.Fill(weights, 1.0 / parts);
        Array.Fill(variances, Math.Max(whole / (parts * parts), floor));
        var means = Quantiles(points, parts);

        var (responsibilities, last) = (new double[points.Length * parts], double.NegativeInfinity);
        for (var iteration = 0; iteration < MostIterations; iteration++)
        {
            var likelihood = Expect(points, weights, means, variances, responsibilities);
            Maximise(points, responsibilities, weights, means, variances, floor);
            if (likelihood - last < SmallestGain)
                break;
            last = likelihood;
        }
        var kept = Enumerable.Range(0, parts).Where(k => weights[k] > 1e-12).ToArray();
        return new GaussianMixture([.. kept.Select(k => weights[k])], [.. kept.Select(k => means[k])], [.. kept.Select(k => variances[k])]);
    }

    private static double[] Quantiles((double Value, double Share)[] points, int parts)
    {
        var means = new double[parts];
        var (next, below) = (0, 0.0);
        foreach (var (value, share) in points)
        {
            below += share;
            while (next < parts && (next + 0.5) / parts <= below + 1e-12)
                means[next++] = value;
        }
        return means;
    }

    private static double Expect((double Value, double Share)[] points, double[] weights, double[] means, double[] variances, double[] responsibilities)
    {
        var (likelihood, parts) = (0.0, weights.Length);
        for (var i = 0; i < points.Length; i++)
        {
            var row = responsibilities.AsSpan(i * parts, parts);
            var largest = double.NegativeInfinity;
            for (var k = 0; k < parts; k++)
            {
                var distance = points[i].Value - means[k];
                row[k] = Math.Log(weights[k]) - 0.5 * Math.Log(2 * Math.PI * variances[k]) - distance * distance / (2 * variances[k]);
                largest = Math.Max(largest, row[k]);
            }
            var sum = 0.0;
            foreach (ref var part in row)
                sum += part = Math.Exp(part - largest);
            foreach (ref var part in row)
                part /= sum;
            likelihood += points[i].Share * (largest + Math.Log(sum));
        }
        return likelihood;
    }

    private static void Maximise((double Value, double Share)[] points, double[] responsibilities, double[] weights, double[] means, double[] variances, double floor)
    {
        var parts = weights.Length;
        for (var k = 0; k < parts; k++)
        {
            var (weight, sum, squares) = (0.0, 0.0, 0.0);
            for (var i = 0; i < points.Length; i++)
            {
                var share = points[i].Share * responsibilities[i * parts + k];
                weight += share;
                sum += share * points[i].Value;
            }
            weights[k] = weight;
            if (weight <= 0)
                continue;
            means[k] = sum / weight;
            for (var i = 0; i < points.Length; i++)
            {
                var distance = points[i].Value - means[k];
                squares += points[i].Share * responsibilities[i * parts + k] * distance * distance;
            }
            variances[k] = Math.Max(squares / weight, floor);
        }
    }
}
