using Ballast.Numerics.Distributions;

namespace Ballast.Robustness.Disparity;

/// <summary>Directions, intercepts and critical ratios under symmetric α-stable noise.</summary>
internal sealed class StableMargin(double alpha)
{
    private const int Grid = 400;

    private readonly SymmetricStable law = new(alpha);

    public double Cdf(double x) => law.Cdf(x);

    /// <summary>w with ‖w‖_α = 1 and its margins against a box of ε, by Hölder's inequality; zeros where the box reaches μ.</summary>
    public static (double[] W, double Natural, double Robust) Direction(IReadOnlyList<double> mean, double alpha, double scale, double epsilon)
    {
        var v = mean.Select(value => Math.Sign(value) * Math.Max(0, Math.Abs(value) - epsilon)).ToArray();
        var largest = v.Length == 0 ? 0 : v.Max(Math.Abs);
        if (!(largest > 0))
            return (new double[v.Length], 0, 0);
        var w = new double[v.Length];
        if (alpha == 1)
            w[Array.FindIndex(v, value => Math.Abs(value) == largest)] = Math.Sign(v.First(value => Math.Abs(value) == largest));
        else
            for (var j = 0; j < v.Length; j++)
                w[j] = Math.Sign(v[j]) * Math.Pow(Math.Abs(v[j]) / largest, 1 / (alpha - 1));
        var norm = Math.Pow(w.Sum(value => Math.Pow(Math.Abs(value), alpha)), 1 / alpha);
        for (var j = 0; j < w.Length; j++)
            w[j] /= norm;
        var natural = w.Zip(mean, (a, b) => a * b).Sum();
        return (w, natural / scale, (natural - epsilon * w.Sum(Math.Abs)) / scale);
    }

    /// <summary>The β of least error R F(-m - β) + F(-m + β); +∞ where no finite one is better than always saying "frequent".</summary>
    public double Intercept(double margin, double ratio)
    {
        if (!(margin > 0))
            return double.PositiveInfinity;
        if (ratio == 1)
            return 0;
        if (law.Alpha == 2)
            return Math.Log(ratio) / margin;
        var shift = law.Alpha == 1 ? CauchyStationary(margin, ratio) : Least(margin, ratio);
        return !double.IsNaN(shift) && Error(margin, ratio, shift) < 1 ? shift : double.PositiveInfinity;
    }

    /// <summary>R* and the likelihood ratio's maximum: a finite β beats "always frequent" where R F(-m - β) &lt; 1 - F(-m + β), so R* is the greatest F(m - β)/F(-m - β).</summary>
    public CriticalRatio Critical(double margin)
    {
        if (law.Alpha == 2)
            return new CriticalRatio(double.PositiveInfinity, double.PositiveInfinity);
        if (margin == 0)
            return new CriticalRatio(1, 1);
        var ratio = Greatest(margin, shift => law.Cdf(margin - shift) / law.Cdf(-margin - shift));
        var likelihood = law.Alpha == 1
            ? Math.Pow(margin + Math.Sqrt(1 + margin * margin), 2)
            : Greatest(margin, t => law.Density(t - margin) / law.Density(t + margin));
        return new CriticalRatio(ratio, likelihood);
    }

    // (R - 1) β² - 2m(R + 1) β + (R - 1)(1 + m²) = 0; its smaller root, written so that near R = 1 nothing cancels.
    private static double CauchyStationary(double m, double ratio)
    {
        var (sum, difference) = (m * (ratio + 1), ratio - 1);
        var discriminant = sum * sum - difference * difference * (1 + m * m);
        return discriminant < 0 ? double.NaN : difference * (1 + m * m) / (sum + Math.Sqrt(discriminant));
    }

    private double Error(double margin, double ratio, double shift) => ratio * law.Cdf(-margin - shift) + law.Cdf(-margin + shift);

    private double Least(double margin, double ratio) => At(margin, shift => -Error(margin, ratio, shift)).Point;

    private static double Greatest(double margin, Func<double, double> of) => At(margin, of).Value;

    // The best of a grid on [0, 50 (1 + m)], finer towards 0, refined by golden section between its neighbours.
    private static (double Point, double Value) At(double margin, Func<double, double> of)
    {
        double Node(int i) => 50 * (1 + margin) * i * i / ((double)Grid * Grid);
        var values = new double[Grid + 1];
        for (var i = 0; i <= Grid; i++)
            values[i] = of(Node(i));
        var best = Array.IndexOf(values, values.Max());
        var (low, high) = (Node(Math.Max(0, best - 1)), Node(Math.Min(Grid, best + 1)));
        var share = (Math.Sqrt(5) - 1) / 2;
        while (high - low > 1e-9 * (1 + high))
        {
            var (left, right) = (high - share * (high - low), low + share * (high - low));
            if (of(left) >= of(right))
                high = right;
            else
                low = left;
        }
        var point = (low + high) / 2;
        return of(point) >= values[best] ? (point, of(point)) : (Node(best), values[best]);
    }
}
