using System.Numerics.Tensors;
using Ballast.Core;
using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Calibration.Measures;

/// <summary>Intervals of calibration errors made of deviations over bins, by inverting tests.</summary>
/// <remarks>
/// T is the norm |D| of D, the mean residual in each bin times the bin's share; it is biased upwards: chance adds to every bin. A percentile interval of resamples is biased twice, one reflected at T about right where bins are far from 0 and not
/// where they are near. So the true deviations are taken to be t D, and the interval holds the errors t |D| under which T is neither too large nor too small: P(|t D + Z| &gt;= T) from
/// (1 - level) / 2 to (1 + level) / 2, with the deviations Z of the resamples from D. Resamples have n rows exactly, which ties bins together; Z gets back what a random number of rows would add, xi D / sqrt(n).
/// Coverage is measured in the tests.
/// </remarks>
internal static class ErrorInversion
{
    private const int Halvings = 40;

    /// <summary>The interval of an error; no calibration error exceeds 1.</summary>
    /// <param name="observed">Deviations D.</param>
    /// <param name="draws">Resamples; statistics from <paramref name="first"/> on are their deviations.</param>
    /// <param name="first">The first of these statistics.</param>
    /// <param name="noise">xi / sqrt(n) of each draw.</param>
    /// <param name="norm">What error they make.</param>
    /// <param name="level">Level in (0, 1).</param>
    /// <param name="otherwise">Other deviations that the true ones may be a multiple of, for errors in which deviations of either sign cancel: D, mostly chance, then cancels where the true ones do not. The interval holds the errors of both.</param>
    public static Interval Of(ReadOnlySpan<double> observed, BootstrapDraws draws, int first, ReadOnlySpan<double> noise, BinNorm norm, double level, ReadOnlySpan<double> otherwise = default)
    {
        var own = observed.ToArray();
        var deviations = new double[own.Length][];
        for (var b = 0; b < own.Length; b++)
        {
            // Bins that hold no row say nothing.
            if (own[b] == 0 && !draws.InOrder(first + b).ContainsAnyExcept(0.0))
                continue;
            deviations[b] = new double[draws.Draws];
            TensorPrimitives.Subtract(draws.InOrder(first + b), own[b], deviations[b]);
            TensorPrimitives.MultiplyAdd(noise, own[b], deviations[b], deviations[b]);
        }
        var reached = FigureOf(own, norm);
        var error = norm.ErrorOf(reached);
        double[] figures = new double[draws.Draws], carried = new double[draws.Draws], term = new double[draws.Draws];
        var interval = Along(own, error);
        if (otherwise.IsEmpty)
            return interval;
        var other = otherwise.ToArray();
        var (low, high, _) = Along(other, norm.ErrorOf(FigureOf(other, norm)));
        return new Interval(Math.Min(low, interval.Low), Math.Max(high, interval.High), level);

        Interval Along(double[] pattern, double scale) => new(Math.Min(1, Smallest(pattern, (1 - level) / 2) * scale), Math.Min(1, Smallest(pattern, (1 + level) / 2) * scale), level);

        // The smallest t at which at least this share of draws reaches the error; the share grows with t.
        double Smallest(double[] pattern, double share)
        {
            if (error == 0 || Share(pattern, 0) >= share)
                return 0;
            var (low, high) = (0.0, 1.0);
            while (Share(pattern, high) < share)
                (low, high) = (high, 2 * high);
            for (var halving = 0; halving < Halvings; halving++)
            {
                var middle = (low + high) / 2;
                (low, high) = Share(pattern, middle) < share ? (middle, high) : (low, middle);
            }
            return high;
        }

        double Share(double[] pattern, double t)
        {
            Array.Clear(figures);
            Array.Clear(carried);
            for (var b = 0; b < own.Length; b++)
                if (deviations[b] is { } deviation)
                {
                    TensorPrimitives.Add(deviation, t * pattern[b], term);
                    norm.Add(b, term, carried, figures);
                }
            // Rounding must not decide where draws fall on the error itself.
            return figures.Count(figure => figure >= reached * (1 - 1e-12)) / (double)figures.Length;
        }
    }

    private static double FigureOf(double[] deviations, BinNorm norm)
    {
        Span<double> term = stackalloc double[1], carried = stackalloc double[1], figure = stackalloc double[1];
        (carried[0], figure[0]) = (0, 0);
        for (var b = 0; b < deviations.Length; b++)
        {
            term[0] = deviations[b];
            norm.Add(b, term, carried, figure);
        }
        return figure[0];
    }
}
