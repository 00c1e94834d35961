using Ballast.Core;

namespace Ballast.Numerics.Sampling;

/// <summary>Draws from Beta(a, b), for shapes of any size.</summary>
/// <remarks>
/// A Beta is G / (G + H) of two gammas. These are drawn by Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000), and kept as
/// logarithms, with Gamma(a) = Gamma(a + 1) U^(1/a): shapes near 0 then end at 0 or 1 rather than at 0/0.
/// </remarks>
public static class BetaSampler
{
    /// <summary>One draw in [0, 1].</summary>
    /// <param name="random">Where the numbers come from.</param>
    /// <param name="a">First shape, greater than 0.</param>
    /// <param name="b">Second shape, greater than 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A shape is not positive.</exception>
    public static double Draw(RandomStream random, double a, double b)
    {
        ArgumentNullException.ThrowIfNull(random);
        var difference = LogGamma(random, Guard.Positive(b)) - LogGamma(random, Guard.Positive(a));
        return 1 / (1 + Math.Exp(difference));
    }

    // The logarithm of a draw from Gamma(shape, 1).
    private static double LogGamma(RandomStream random, double shape)
    {
        var d = shape + 1 - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = random.NextGaussian();
            var root = 1 + c * x;
            if (root <= 0)
                continue;
            var v = root * root * root;
            if (Math.Log(1 - random.NextDouble()) < 0.5 * x * x + d - d * v + d * Math.Log(v))
                return Math.Log(d * v) + Math.Log(1 - random.NextDouble()) / shape;
        }
    }
}
