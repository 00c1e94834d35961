using Ballast.Core;
using Ballast.Numerics.Intervals;
using Ballast.Numerics.Sampling;

namespace Ballast.Evaluation.Metrics;

/// <summary>What labels made by fallible people do to metrics, and how to undo it when the error rates are known.</summary>
/// <remarks>
/// Class-conditional noise: annotators miss a positive with probability b and flag a negative with probability a, independently of the
/// classifier's decision given the truth. With true prevalence pi, true positive rate t and false positive rate f the expected shares are
/// TP' = pi(1-b)t + (1-pi)a f, FN' = pi(1-b)(1-t) + (1-pi)a(1-f), FP' = pi b t + (1-pi)(1-a)f, TN' = pi b(1-t) + (1-pi)(1-a)(1-f).
/// </remarks>
public static class AnnotationNoise
{
    /// <summary>The expected shares of the observed confusion matrix; their metrics are the metrics under noise.</summary>
    /// <param name="prevalence">pi, the true share of positives.</param>
    /// <param name="recall">t, the classifier's true positive rate against the truth.</param>
    /// <param name="falsePositiveRate">f, its false positive rate against the truth.</param>
    /// <param name="falseAlarm">a in [0, 1): chance that annotators flag a negative.</param>
    /// <param name="miss">b in [0, 1): chance that annotators miss a positive.</param>
    /// <exception cref="ArgumentException">A rate lies outside its range.</exception>
    public static BinaryCounts Apply(double prevalence, double recall, double falsePositiveRate, double falseAlarm, double miss)
    {
        var (pi, t, f) = (Guard.InRange(prevalence, 0, 1), Guard.InRange(recall, 0, 1), Guard.InRange(falsePositiveRate, 0, 1));
        var (a, b) = CheckRates(falseAlarm, miss);
        return new BinaryCounts(
            TruePositives: pi * (1 - b) * t + (1 - pi) * a * f,
            FalsePositives: pi * b * t + (1 - pi) * (1 - a) * f,
            FalseNegatives: pi * (1 - b) * (1 - t) + (1 - pi) * a * (1 - f),
            TrueNegatives: pi * b * (1 - t) + (1 - pi) * (1 - a) * (1 - f));
    }

    /// <summary>The share of rows that annotators label positive: pi(1-b) + (1-pi)a.</summary>
    /// <inheritdoc cref="Apply" path="/exception"/>
    public static double ObservedPrevalence(double prevalence, double falseAlarm, double miss)
    {
        var pi = Guard.InRange(prevalence, 0, 1);
        var (a, b) = CheckRates(falseAlarm, miss);
        return pi * (1 - b) + (1 - pi) * a;
    }

    /// <summary>The metrics that the perfect classifier (t = 1, f = 0) would show on these labels: no model can be expected to show more F1 than this.</summary>
    /// <inheritdoc cref="Apply" path="/exception"/>
    public static BinaryMetrics Cap(double prevalence, double falseAlarm, double miss) => BinaryMetrics.From(Apply(prevalence, 1, 0, falseAlarm, miss));

    /// <summary>The expected observed ROC-AUC: 1/2 + (1 - r1 - r0)(AUC - 1/2), r1 = (1-pi)a/pi', r0 = pi b/(1-pi'). Needs scores independent of the annotator given the truth.</summary>
    /// <param name="rocAuc">The AUC against the truth.</param>
    /// <param name="prevalence">pi.</param>
    /// <param name="falseAlarm">a.</param>
    /// <param name="miss">b.</param>
    /// <returns>NaN where annotators give one label only.</returns>
    /// <inheritdoc cref="Apply" path="/exception"/>
    public static double Auc(double rocAuc, double prevalence, double falseAlarm, double miss)
    {
        var observed = ObservedPrevalence(prevalence, falseAlarm, miss);
        var wronglyPositive = (1 - prevalence) * falseAlarm / observed;
        var wronglyNegative = prevalence * miss / (1 - observed);
        return 0.5 + (1 - wronglyPositive - wronglyNegative) * (Guard.InRange(rocAuc, 0, 1) - 0.5);
    }

    /// <summary>The true prevalence, recall and false positive rate behind observed counts, with bootstrap intervals over rows.</summary>
    /// <param name="counts">Observed counts.</param>
    /// <param name="falseAlarm">a, known or estimated; a + b below 1.</param>
    /// <param name="miss">b.</param>
    /// <param name="bootstrap">Draws, level, seed; null for 1000, 95%, 0.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">A rate lies outside [0, 1), a + b is 1 or more, or there are no rows.</exception>
    public static NoiseInversion Invert(
        BinaryCounts counts, double falseAlarm, double miss, BootstrapOptions? bootstrap = null, CancellationToken cancellation = default)
    {
        counts.Checked();
        var (a, b) = CheckInvertible(falseAlarm, miss);
        var point = Solve(counts, a, b);
        var draws = Bootstrap.Run(3, bootstrap ?? BootstrapOptions.Default, "noise inversion", () => 0, (random, _, values) =>
        {
            var solved = Solve(ResampleRows(counts, random), a, b).Clip();
            (values[0], values[1], values[2]) = (solved.Prevalence, solved.Recall, solved.FalsePositiveRate);
        }, cancellation);
        return NoiseInversion.From(point, draws, (int)counts.Total);
    }

    /// <summary>The point estimates alone, before clipping; t and f are NaN where pi lies outside (0, 1).</summary>
    internal static OperatingPointEstimate Solve(BinaryCounts counts, double a, double b)
    {
        var n = counts.Total;
        var (truePositives, falsePositives, observed) = (counts.TruePositives / n, counts.FalsePositives / n, counts.Positives / n);
        var scale = 1 - a - b;
        var pi = (observed - a) / scale;
        if (observed <= a || observed >= 1 - b)
            return new OperatingPointEstimate(pi, double.NaN, double.NaN);
        return new OperatingPointEstimate(
            pi, ((1 - a) * truePositives - a * falsePositives) / (pi * scale), ((1 - b) * falsePositives - b * truePositives) / ((1 - pi) * scale));
    }

    /// <summary>pi, t and f as solved.</summary>
    internal readonly record struct OperatingPointEstimate(double Prevalence, double Recall, double FalsePositiveRate)
    {
        public OperatingPointEstimate Clip() => new(Math.Clamp(Prevalence, 0, 1), Math.Clamp(Recall, 0, 1), Math.Clamp(FalsePositiveRate, 0, 1));
    }

    /// <summary>Checks a and b, each in [0, 1).</summary>
    internal static (double FalseAlarm, double Miss) CheckRates(double falseAlarm, double miss)
    {
        static double Check(double rate, string name) =>
            rate is >= 0 and < 1 ? rate : throw new ArgumentOutOfRangeException(name, rate, $"{name} must lie in [0, 1).");
        return (Check(falseAlarm, nameof(falseAlarm)), Check(miss, nameof(miss)));
    }

    private static (double, double) CheckInvertible(double falseAlarm, double miss)
    {
        var rates = CheckRates(falseAlarm, miss);
        return falseAlarm + miss < 1 ? rates : throw new ArgumentException($"a + b is {falseAlarm + miss}; labels that wrong (1 or more) cannot be undone.", nameof(miss));
    }

    // The rows themselves are resampled, not the classes apart: the number of observed positives is part of the estimate.
    private static BinaryCounts ResampleRows(BinaryCounts counts, RandomStream random)
    {
        var n = (long)Math.Round(counts.Total);
        var positives = BinomialSampler.Draw(random, n, counts.Positives / counts.Total);
        var truePositives = counts.Positives == 0 ? 0 : BinomialSampler.Draw(random, positives, counts.TruePositives / counts.Positives);
        var falsePositives = counts.Negatives == 0 ? 0 : BinomialSampler.Draw(random, n - positives, counts.FalsePositives / counts.Negatives);
        return new BinaryCounts(truePositives, falsePositives, positives - truePositives, n - positives - falsePositives);
    }
}
