using Ballast.Core;
using Ballast.Numerics.Intervals;
using MathNet.Numerics.Distributions;

namespace Ballast.Evaluation.Fairness;

/// <summary>The standard fairness gaps: the largest difference of a rate over groups, with intervals that hold for a maximum of differences and for small groups.</summary>
/// <remarks>
/// A plain bootstrap of the largest difference does not cover: the largest observed difference exceeds the largest true one when groups are alike or small. Here the interval of D = max |p_g - p_h|
/// comes from intervals of every pair. The upper end is the largest of the pairs' upper limits at level 1 - alpha/2 each: the true widest pair is one of them, so no correction for choosing is due.
/// The lower end is the largest of the pairs' lower limits with the critical value of the largest of all pairs' statistics (simulated under equal rates, with the groups' own sizes), so
/// that choosing the widest pair is paid for. Pairs: Newcombe's hybrid score interval, Statistics in Medicine 17 (1998), method 10, which holds for a handful of rows; ratios: the same from limits of rates by Donner and Zou
/// (2012), "Closed-form confidence intervals for functions of the normal mean and standard deviation". Coverage is measured in the tests.
/// </remarks>
public static class GroupGaps
{
    private const int Draws = 4000;

    /// <summary>Demographic parity: the largest difference of the share decided as positive.</summary>
    public static GroupGap DemographicParity(GroupRates rates, double level = 0.95, int seed = 0) => Of("demographic parity difference", rates, [GroupRate.Selection], level, seed);

    /// <summary>Equal opportunity: the largest difference of the true positive rate.</summary>
    public static GroupGap EqualOpportunity(GroupRates rates, double level = 0.95, int seed = 0) => Of("equal opportunity difference", rates, [GroupRate.TruePositive], level, seed);

    /// <summary>Equalised odds: the larger of the largest differences of true and of false positive rate.</summary>
    public static GroupGap EqualisedOdds(GroupRates rates, double level = 0.95, int seed = 0) => Of("equalised odds difference", rates, [GroupRate.TruePositive, GroupRate.FalsePositive], level, seed);

    /// <summary>Predictive parity: the largest difference of precision.</summary>
    public static GroupGap PredictiveParity(GroupRates rates, double level = 0.95, int seed = 0) => Of("predictive parity difference", rates, [GroupRate.Precision], level, seed);

    /// <summary>The largest difference of accuracy.</summary>
    public static GroupGap AccuracyDifference(GroupRates rates, double level = 0.95, int seed = 0) => Of("accuracy difference", rates, [GroupRate.Accuracy], level, seed);

    /// <summary>All gaps that the rates define.</summary>
    public static IReadOnlyList<GroupGap> All(GroupRates rates, double level = 0.95, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(rates);
        return rates.HasLabels
            ? [DemographicParity(rates, level, seed), EqualOpportunity(rates, level, seed), EqualisedOdds(rates, level, seed), PredictiveParity(rates, level, seed), AccuracyDifference(rates, level, seed)]
            : [DemographicParity(rates, level, seed)];
    }

    private static GroupGap Of(string name, GroupRates rates, GroupRate[] kinds, double level, int seed)
    {
        ArgumentNullException.ThrowIfNull(rates);
        if (!(level > 0 && level < 1))
            throw new ArgumentOutOfRangeException(nameof(level), level, "level must lie strictly between 0 and 1.");
        var shares = kinds.Select(kind => Enumerable.Range(0, rates.GroupNames.Count).Select(z => new Share(z, rates[kind, z])).Where(share => share.Trials > 0).ToArray()).ToArray();
        var leftOut = Enumerable.Range(0, rates.GroupNames.Count).Where(z => shares.Any(own => own.All(share => share.Group != z))).Select(z => rates.GroupNames[z]).ToArray();
        var rowsCounted = shares.Max(own => own.Sum(share => share.Trials));
        if (shares.All(own => own.Length < 2))
            return new GroupGap(name, new Estimate(double.NaN, new Interval(0, 1, level), rowsCounted), "", "", null, leftOut);

        var single = Normal.InvCDF(0, 1, (1 + level) / 2);
        var simultaneous = LargestStatistic(shares, level, seed);
        double difference = double.NegativeInfinity, low = 0, high = 0;
        (Share Top, Share Bottom) widest = default;
        foreach (var own in shares)
            foreach (var a in own)
                foreach (var b in own)
                {
                    if (a.Group == b.Group)
                        continue;
                    if (a.Rate - b.Rate > difference)
                        (difference, widest) = (a.Rate - b.Rate, (a, b));
                    low = Math.Max(low, Limits(a, b, simultaneous).Low);
                    high = Math.Max(high, Limits(a, b, single).High);
                }
        var ratio = kinds.Length == 1 && widest.Top.Rate > 0 ? Ratio(shares[0], widest, single, simultaneous, level, rowsCounted) : (Estimate?)null;
        return new GroupGap(name, new Estimate(difference, new Interval(low, high, level), rowsCounted), rates.GroupNames[widest.Top.Group], rates.GroupNames[widest.Bottom.Group], ratio, leftOut);
    }

    // Newcombe 1998, method 10: Wilson limits of either rate, squared and added.
    private static (double Low, double High) Limits(Share a, Share b, double critical)
    {
        var (wilsonA, wilsonB) = (a.Wilson(critical), b.Wilson(critical));
        var d = a.Rate - b.Rate;
        return (d - Hypotenuse(a.Rate - wilsonA.Low, wilsonB.High - b.Rate), d + Hypotenuse(wilsonA.High - a.Rate, b.Rate - wilsonB.Low));
    }

    // Smallest over largest rate: every pair's ratio bottom/top, MOVER-R from Wilson limits; low and high change parts, since a small ratio is a large gap.
    private static Estimate Ratio(Share[] shares, (Share Top, Share Bottom) widest, double single, double simultaneous, double level, int rows)
    {
        double low = 1, high = 1;
        foreach (var top in shares)
            foreach (var bottom in shares)
                if (top.Group != bottom.Group && top.Trials > 0)
                {
                    low = Math.Min(low, RatioLimits(bottom, top, single).Low);
                    high = Math.Min(high, RatioLimits(bottom, top, simultaneous).High);
                }
        return new Estimate(widest.Bottom.Rate / widest.Top.Rate, new Interval(low, high, level), rows);
    }

    private static (double Low, double High) RatioLimits(Share numerator, Share denominator, double critical)
    {
        var (p, q) = (numerator.Rate, denominator.Rate);
        var (n, d) = (numerator.Wilson(critical), denominator.Wilson(critical));
        return (Solve(n.Low, d.High, -1), d.Low > 0 ? Solve(n.High, d.Low, 1) : double.PositiveInfinity);

        double Solve(double limit, double opposite, int sign)
        {
            var under = p * q * (p * q) - limit * opposite * (2 * p - limit) * (2 * q - opposite);
            return (p * q + sign * Math.Sqrt(Math.Max(0, under))) / (opposite * (2 * q - opposite));
        }
    }

    // Rates alike in all groups are the worst case: the difference cannot lie below 0 then, so the lower end may use up all of 1 - level.
    // Where they differ, fewer pairs compete for the widest and each end keeps its half.
    private static double LargestStatistic(Share[][] shares, double level, int seed)
    {
        if (shares.Length == 1 && shares[0].Length == 2)
            return Normal.InvCDF(0, 1, (1 + level) / 2);
        var largest = new double[Draws];
        Parallel.For(0, Draws, draw =>
        {
            var random = RandomStream.For(seed, "group gaps", draw);
            foreach (var own in shares)
            {
                double[] deviation = [.. own.Select(share => random.NextGaussian() / Math.Sqrt(share.Trials))];
                for (var a = 0; a < own.Length; a++)
                    for (var b = 0; b < own.Length; b++)
                        if (a != b)
                            largest[draw] = Math.Max(largest[draw], (deviation[a] - deviation[b]) / Math.Sqrt(1.0 / own[a].Trials + 1.0 / own[b].Trials));
            }
        });
        Array.Sort(largest);
        return Bootstrap.Quantile(largest, level);
    }

    private static double Hypotenuse(double a, double b) => Math.Sqrt(a * a + b * b);

    private readonly record struct Share(int Group, int Successes, int Trials)
    {
        public Share(int group, (int Successes, int Trials) counts) : this(group, counts.Successes, counts.Trials)
        {
        }

        public double Rate => (double)Successes / Trials;

        public Interval Wilson(double critical) => BinomialInterval.Wilson(Successes, Trials, 2 * Normal.CDF(0, 1, critical) - 1);
    }
}
