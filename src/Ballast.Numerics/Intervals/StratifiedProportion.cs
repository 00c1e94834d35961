using Ballast.Core;

namespace Ballast.Numerics.Intervals;

/// <summary>A proportion of a population that was sampled stratum by stratum: the weighted mean of the strata's shares.</summary>
public static class StratifiedProportion
{
    /// <summary>Estimate sum of W_h k_h / n_h and its interval, fit for rare events: strata without events widen the upper end alone, by the largest total that they can hide.</summary>
    /// <remarks>
    /// Over strata with events the distances to the ends of Wilson's intervals are added in squares; strata without events add z = ln(2 / alpha) max(W_h / n_h) to the upper end, in squares too. A stratum
    /// that was enumerated whole adds nothing. Nominal coverage is reached with up to about 20 strata and n at least 200 times their number; more strata cover less.
    /// </remarks>
    /// <param name="weights">W_h, at least 0; by custom they sum to 1.</param>
    /// <param name="trials">n_h, at least 1.</param>
    /// <param name="events">k_h, 0 to n_h.</param>
    /// <param name="level">Nominal coverage, inside (0, 1).</param>
    /// <param name="isWhole">Whether a stratum's share is exact; null where none is.</param>
    /// <exception cref="ArgumentException">Lengths differ, or there are no strata.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value lies outside its range.</exception>
    public static Estimate Of(ReadOnlySpan<double> weights, ReadOnlySpan<long> trials, ReadOnlySpan<long> events, double level = 0.95, Func<int, bool>? isWhole = null)
    {
        Guard.SameLength(weights.Length, trials.Length, nameof(weights), nameof(trials));
        Guard.SameLength(weights.Length, events.Length, nameof(weights), nameof(events));
        if (weights.IsEmpty)
            throw new ArgumentException("There are no strata.", nameof(weights));
        var (estimate, below, above, hidden, count) = (0.0, 0.0, 0.0, 0.0, 0L);
        for (var h = 0; h < weights.Length; h++)
        {
            var (weight, n, k) = (Guard.NotNegative(weights[h], nameof(weights)), Guard.Positive(trials[h], nameof(trials)), events[h]);
            var share = (double)k / n;
            var interval = BinomialInterval.Wilson(k, n, level);
            estimate += weight * share;
            count += n;
            if (isWhole?.Invoke(h) == true)
                continue;
            if (k == 0)
            {
                hidden = Math.Max(hidden, weight / n);
                continue;
            }
            below += Square(weight * (share - interval.Low));
            above += Square(weight * (interval.High - share));
        }
        var z = Math.Log(2 / (1 - level)) * hidden;
        return new Estimate(estimate, new Interval(Math.Max(0, estimate - Math.Sqrt(below)), Math.Min(1, estimate + Math.Sqrt(above + z * z)), level), (int)Math.Min(int.MaxValue, count));
    }

    private static double Square(double value) => value * value;
}
