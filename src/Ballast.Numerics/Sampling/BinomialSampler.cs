using Ballast.Core;

namespace Ballast.Numerics.Sampling;

/// <summary>Draws from Bin(n, p) in time that does not grow with n.</summary>
/// <remarks>
/// Source: Hörmann, "The generation of binomial random variates", Journal of Statistical Computation and Simulation 46 (1993),
/// algorithm BTRS (transformed rejection with squeeze), for n p of at least 10; sequential inversion below. Exact up to float64 rounding.
/// </remarks>
public static class BinomialSampler
{
    private const double InversionLimit = 10;

    /// <summary>The number of successes in <paramref name="trials"/> trials.</summary>
    /// <param name="random">Where the numbers come from.</param>
    /// <param name="trials">n, at least 0.</param>
    /// <param name="probability">p in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">n is negative or p lies outside [0, 1].</exception>
    public static long Draw(RandomStream random, long trials, double probability)
    {
        ArgumentNullException.ThrowIfNull(random);
        Guard.NotNegative(trials);
        Guard.InRange(probability, 0, 1);
        if (probability > 0.5)
            return trials - Draw(random, trials, 1 - probability);
        if (trials == 0 || probability == 0)
            return 0;
        return trials * probability < InversionLimit ? Invert(random, trials, probability) : Reject(random, trials, probability);
    }

    private static long Invert(RandomStream random, long n, double p)
    {
        var odds = p / (1 - p);
        var mass0 = Math.Exp(n * double.LogP1(-p));
        while (true)
        {
            var (u, mass) = (random.NextDouble(), mass0);
            for (var k = 0L; k <= n; k++)
            {
                if (u < mass)
                    return k;
                u -= mass;
                mass *= (double)(n - k) / (k + 1) * odds;
                if (mass == 0)
                    break;
            }
            // Rounding left a sliver of u beyond the last term (about 1e-16 of all draws): draw again.
        }
    }

    private static long Reject(RandomStream random, long n, double p)
    {
        var deviation = Math.Sqrt(n * p * (1 - p));
        var b = 1.15 + 2.53 * deviation;
        var a = -0.0873 + 0.0248 * b + 0.01 * p;
        var centre = n * p + 0.5;
        var squeeze = 0.92 - 4.2 / b;
        var alpha = (2.83 + 5.1 / b) * deviation;
        var odds = p / (1 - p);
        var mode = Math.Floor((n + 1) * p);
        while (true)
        {
            var u = random.NextDouble() - 0.5;
            var v = random.NextDouble();
            var us = 0.5 - Math.Abs(u);
            var k = Math.Floor((2 * a / us + b) * u + centre);
            if (us >= 0.07 && v <= squeeze)
                return (long)k;
            if (k < 0 || k > n)
                continue;
            var bound = (mode + 0.5) * Math.Log((mode + 1) / (odds * (n - mode + 1)))
                + (n + 1.0) * Math.Log((n - mode + 1) / (n - k + 1))
                + (k + 0.5) * Math.Log(odds * (n - k + 1) / (k + 1))
                + StirlingTail(mode) + StirlingTail(n - mode) - StirlingTail(k) - StirlingTail(n - k);
            if (Math.Log(v * alpha / (a / (us * us) + b)) <= bound)
                return (long)k;
        }
    }

    // log k! - [log sqrt(2 pi) + (k + 1/2) log(k + 1) - (k + 1)]
    private static double StirlingTail(double k)
    {
        if (k <= 9)
            return SmallTails[(int)k];
        var square = (k + 1) * (k + 1);
        return (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / square) / square) / (k + 1);
    }

    private static readonly double[] SmallTails =
    [
        0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509, 0.0166446911898211,
        0.0138761288230707, 0.0118967099458917, 0.0104112652619720, 0.00925546218271273, 0.00833056343336287,
    ];
}
