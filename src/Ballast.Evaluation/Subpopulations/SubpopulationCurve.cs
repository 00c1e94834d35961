using Ballast.Core;
using Ballast.Evaluation.Calibration;
using Ballast.Evaluation.Calibration.Curves;
using Ballast.Numerics.Intervals;
using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Ballast.Evaluation.Subpopulations;

/// <summary>Whether minority accuracy follows majority accuracy in a line or a curve, over many models.</summary>
/// <remarks>
/// Source: Liang et al., "Accuracy on the curve", ICML 2023, for the phenomenon; the statistics are least squares of a line and a parabola, bins, isotonic regression and a
/// bootstrap that draws whole runs, because checkpoints of one run are not independent. O(M log M) a fit.
/// </remarks>
public static class SubpopulationCurve
{
    private const int FewestPoints = 8, FewestPlaces = 4;
    private const double SmallGain = 0.02, WeakBins = 0.2, WideSpread = 0.1;

    private static readonly double[] shares = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95];

    /// <summary>Fits.</summary>
    /// <param name="points">One a model or checkpoint.</param>
    /// <param name="options">Axes, bins, bootstrap; null for the defaults.</param>
    /// <param name="cancellation">Stops the bootstrap.</param>
    /// <exception cref="ArgumentException">Fewer than 8 points have a majority accuracy above the minimum.</exception>
    public static CurveReport Fit(IReadOnlyList<SubpopulationPoint> points, CurveOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        options ??= new();
        SubpopulationPoint[] used = [.. points.Where(point => point.MajorityAccuracy > options.MinimumMajorityAccuracy)];
        if (used.Length < FewestPoints)
            throw new ArgumentException($"{used.Length} of {points.Count} models have a majority accuracy above {options.MinimumMajorityAccuracy}; a curve needs {FewestPoints}.", nameof(points));
        var places = used.Select(point => point.MajorityAccuracy).Distinct().Count();
        if (places < FewestPlaces)
            return Report(options, used.Length, points.Count, CurveVerdict.NotFitted,
                $"No fit: majority accuracy takes {places} value{(places == 1 ? "" : "s")} over {used.Length} models; a curve needs {FewestPlaces}.", fit: null);
        var fit = FitOn(options.Axes, used, options, cancellation);
        var judged = options.Axes == AccuracyAxes.Identity ? fit : FitOn(AccuracyAxes.Identity, used, options, cancellation);
        var verdict = Judge(judged, used);
        return Report(options, used.Length, points.Count, verdict, Say(verdict, judged), fit);
    }

    private static CurveReport Report(CurveOptions options, int used, int all, CurveVerdict verdict, string sentence, CurveFit? fit) =>
        new() { Axes = options.Axes, Used = used, LeftOut = all - used, Verdict = verdict, Sentence = sentence, Fit = fit };

    private static CurveFit FitOn(AccuracyAxes axes, SubpopulationPoint[] points, CurveOptions options, CancellationToken cancellation)
    {
        double[] x = [.. points.Select(p => OnAxis(axes, p.MajorityCorrect, p.MajorityTotal))], z = [.. points.Select(p => OnAxis(axes, p.MinorityCorrect, p.MinorityTotal))];
        var fits = PolynomialFits.Of(x, z);
        var sorted = (double[])x.Clone();
        Array.Sort(sorted);
        var draws = Draw(x, z, points, options, cancellation);
        double? turning = fits.Parabola.C2 == 0 ? null : -fits.Parabola.C1 / (2 * fits.Parabola.C2);
        var (f, p, bic) = Compare(fits, points.Length);
        var bins = Bins(x, sorted, options.Bins);
        return new CurveFit
        {
            Linear = fits.Line,
            Quadratic = fits.Parabola,
            F = f,
            PValue = p,
            DeltaBic = bic,
            C2Interval = draws[0],
            SignPValue = SignP(draws.Sorted(0)),
            DeltaR2 = new Estimate(fits.GainedR2, draws[1], points.Length),
            Sag = new Estimate(fits.Sag(sorted), draws[2], points.Length),
            TurningPoint = turning,
            TurnsInside = turning >= sorted[0] && turning <= sorted[^1],
            Slopes = [.. new[] { 0.1, 0.5, 0.9 }.Select(q => fits.Parabola.SlopeAt(Bootstrap.Quantile(sorted, q)))],
            BinMeans = Means(z, bins, options.Bins),
            GapByBin = Means([.. points.Select(point => point.MajorityAccuracy - point.MinorityAccuracy)], bins, options.Bins),
            BinR2 = R2(z, Means(z, bins, options.Bins) is var means ? [.. bins.Select(b => means[b]!.Value)] : [], fits.Total),
            IsotonicR2 = R2(z, Isotonic(x, z), fits.Total),
            Spearman = Spearman(x, z),
            MixtureR2 = [.. shares.Select(share => (share, MixtureR2(points, share)))],
        };
    }

    private static double OnAxis(AccuracyAxes axes, int correct, int total)
    {
        var p = (double)correct / total;
        if (axes == AccuracyAxes.Identity)
            return p;
        p = Math.Clamp(p, 0.5 / total, 1 - 0.5 / total);
        return axes == AccuracyAxes.Probit ? Normal.InvCDF(0, 1, p) : Math.Log(p / (1 - p));
    }

    /// <summary>F, its p, and the difference of the information criteria.</summary>
    private static (double F, double P, double Bic) Compare(PolynomialFits fits, int m)
    {
        if (fits.ParabolaResidual == 0)
            return fits.LineResidual == 0 ? (0, 1, -Math.Log(m)) : (double.PositiveInfinity, 0, double.PositiveInfinity);
        var f = Math.Max(0, (fits.LineResidual - fits.ParabolaResidual) / (fits.ParabolaResidual / (m - 3)));
        // The upper tail of F(1, d), in the form that keeps its digits when it is small.
        var p = SpecialFunctions.BetaRegularized((m - 3) / 2.0, 0.5, (m - 3) / (m - 3 + f));
        return (f, p, m * Math.Log(fits.LineResidual / fits.ParabolaResidual) - Math.Log(m));
    }

    /// <summary>c2, the gain of R2 and the sag over draws of whole runs.</summary>
    private static BootstrapDraws Draw(double[] x, double[] z, SubpopulationPoint[] points, CurveOptions options, CancellationToken cancellation)
    {
        // A point without a run is a run by itself.
        int[][] runs = [.. points.Index().GroupBy(p => p.Item.Run is { } run ? (Run: run, Alone: -1) : (Run: 0, Alone: p.Index)).Select(group => group.Select(p => p.Index).ToArray())];
        return Bootstrap.Run(3, new BootstrapOptions { Draws = options.Bootstrap, Seed = options.Seed, MaxThreads = options.MaxThreads }, "subpopulation curve",
            () => (X: new List<double>(), Z: new List<double>()), (random, drawn, statistics) =>
            {
                do
                {
                    drawn.X.Clear();
                    drawn.Z.Clear();
                    for (var r = 0; r < runs.Length; r++)
                        foreach (var i in runs[random.Next(runs.Length)])
                        {
                            drawn.X.Add(x[i]);
                            drawn.Z.Add(z[i]);
                        }
                }
                while (drawn.X.Distinct().Take(FewestPlaces).Count() < FewestPlaces);
                double[] places = [.. drawn.X], values = [.. drawn.Z];
                var fits = PolynomialFits.Of(places, values);
                Array.Sort(places);
                (statistics[0], statistics[1], statistics[2]) = (fits.Parabola.C2, fits.GainedR2, fits.Sag(places));
            }, cancellation);
    }

    private static double SignP(ReadOnlySpan<double> draws)
    {
        int notAbove = 0, notBelow = 0;
        foreach (var value in draws)
        {
            notAbove += value <= 0 ? 1 : 0;
            notBelow += value >= 0 ? 1 : 0;
        }
        return Math.Clamp(2.0 * Math.Min(notAbove, notBelow) / draws.Length, 1.0 / draws.Length, 1);
    }

    /// <summary>The bin of each x: edges at the quantiles b / B; a place on an edge belongs to the lower bin.</summary>
    private static int[] Bins(double[] x, double[] sorted, int bins)
    {
        double[] edges = [.. Enumerable.Range(1, bins - 1).Select(b => Bootstrap.Quantile(sorted, (double)b / bins))];
        return [.. x.Select(value => edges.Count(edge => edge < value))];
    }

    private static double?[] Means(double[] values, int[] bins, int count)
    {
        var means = new double?[count];
        foreach (var group in bins.Index().GroupBy(b => b.Item, b => values[b.Index]))
            means[group.Key] = group.Average();
        return means;
    }

    private static double[] Isotonic(double[] x, double[] z)
    {
        var curve = IsotonicRecalibration.FitCurve((double[])x.Clone(), z);
        double[] places = [.. curve.Places], heights = [.. curve.Heights];
        return [.. x.Select(value => Interpolation.At(places, heights, value))];
    }

    private static double R2(double[] z, double[] fitted, double total)
    {
        var residual = z.Zip(fitted, (a, b) => (a - b) * (a - b)).Sum();
        return total == 0 ? 1 : 1 - residual / total;
    }

    private static double Spearman(double[] x, double[] z)
    {
        var (a, b) = (Ranks(x), Ranks(z));
        double mean = (x.Length - 1) / 2.0, product = 0, squareA = 0, squareB = 0;
        for (var i = 0; i < x.Length; i++)
        {
            product += (a[i] - mean) * (b[i] - mean);
            squareA += (a[i] - mean) * (a[i] - mean);
            squareB += (b[i] - mean) * (b[i] - mean);
        }
        return product / Math.Sqrt(squareA * squareB);
    }

    /// <summary>Ranks from 0; equal values share the mean of theirs.</summary>
    private static double[] Ranks(double[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];
        var ranks = new double[values.Length];
        for (var start = 0; start < order.Length;)
        {
            var end = start;
            while (end < order.Length && values[order[end]] == values[order[start]])
                end++;
            for (var i = start; i < end; i++)
                ranks[order[i]] = (start + end - 1) / 2.0;
            start = end;
        }
        return ranks;
    }

    private static double MixtureR2(SubpopulationPoint[] points, double share)
    {
        double[] x = [.. points.Select(p => share * p.MajorityAccuracy + (1 - share) * p.MinorityAccuracy)], z = [.. points.Select(p => p.MinorityAccuracy)];
        return x.Distinct().Count() < 3 ? double.NaN : PolynomialFits.Of(x, z).Line.R2;
    }

    private static CurveVerdict Judge(CurveFit fit, SubpopulationPoint[] points)
    {
        var mean = points.Average(p => p.MinorityAccuracy);
        var spread = Math.Sqrt(points.Average(p => (p.MinorityAccuracy - mean) * (p.MinorityAccuracy - mean)));
        return fit.BinR2 < WeakBins && spread > WideSpread ? CurveVerdict.Saturated
            : fit.C2Interval.Low > 0 && fit.DeltaR2.Value >= SmallGain ? CurveVerdict.Moon
            : fit.C2Interval.High < 0 && fit.DeltaR2.Value >= SmallGain ? CurveVerdict.Arch
            : fit.DeltaR2.Interval.High < SmallGain ? CurveVerdict.Line
            : CurveVerdict.Undecided;
    }

    private static string Say(CurveVerdict verdict, CurveFit fit) => verdict switch
    {
        CurveVerdict.Saturated => "Saturated: majority accuracy carries no information on the minority.",
        CurveVerdict.Moon => $"A moon: the minority lies {100 * fit.Sag.Value:0.0} points below the straight line"
            + (fit.TurnsInside ? $", and below a majority accuracy of {fit.TurningPoint:0.000} gains of the majority cost the minority." : "."),
        CurveVerdict.Arch => $"An arch: the minority lies {-100 * fit.Sag.Value:0.0} points above the straight line.",
        CurveVerdict.Line => $"A line: the curve explains {100 * Math.Max(0, fit.DeltaR2.Value):0.0} points more of the variance.",
        _ => "Undecided: the models do not tell a line from a curve.",
    };
}
