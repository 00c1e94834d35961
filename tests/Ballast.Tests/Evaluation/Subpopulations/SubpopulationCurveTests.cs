using Ballast.Core;
using Ballast.Evaluation.Subpopulations;

namespace Ballast.Tests.Evaluation.Subpopulations;

public sealed class SubpopulationCurveTests
{
    private const int Total = 100_000;

    [Fact]
    public void A_true_line_is_a_line_and_an_exact_one_has_no_F()
    {
        var exact = SubpopulationCurve.Fit(Made(x => x - 0.2, noise: 0));
        var noisy = SubpopulationCurve.Fit(Made(x => x - 0.2, noise: 0.01));

        Assert.Equal(CurveVerdict.Line, exact.Verdict);
        Assert.Equal((0, 1), (exact.Fit!.F, exact.Fit.PValue));
        Assert.Equal(1, exact.Fit.Linear.R2, 1e-9);
        Assert.Equal(CurveVerdict.Line, noisy.Verdict);
        Assert.Equal(1, exact.Fit.Spearman, 1e-12);
        Assert.Equal(1, exact.Fit.IsotonicR2, 1e-9);
    }

    [Fact]
    public void A_true_parabola_is_a_moon_and_its_mirror_image_an_arch()
    {
        var moon = SubpopulationCurve.Fit(Made(x => 0.2 + 6 * (x - 0.65) * (x - 0.65), noise: 0.01));
        var arch = SubpopulationCurve.Fit(Made(x => 0.8 - 6 * (x - 0.9) * (x - 0.9), noise: 0.01));

        Assert.Equal(CurveVerdict.Moon, moon.Verdict);
        Assert.Equal(6, moon.Fit!.Quadratic.C2, 0.5);
        Assert.True(moon.Fit.TurnsInside);
        Assert.Equal(0.65, moon.Fit.TurningPoint!.Value, 0.02);
        Assert.True(moon.Fit.Sag.Interval.Low > 0 && moon.Fit.SignPValue <= 0.01);
        Assert.Equal(CurveVerdict.Arch, arch.Verdict);
        Assert.True(arch.Fit!.Sag.Value < 0);
    }

    [Fact]
    public void An_exact_parabola_has_an_infinite_F()
    {
        SubpopulationPoint[] points = [.. Enumerable.Range(61, 30).Select(i => new SubpopulationPoint(100 * i, 10_000, i * i, 10_000))];

        var fit = SubpopulationCurve.Fit(points).Fit!;

        Assert.Equal((double.PositiveInfinity, 0, double.PositiveInfinity), (fit.F, fit.PValue, fit.DeltaBic));
        Assert.Equal(1, fit.Quadratic.C2, 1e-9);
        Assert.Equal(0, fit.TurningPoint!.Value, 1e-8);
        Assert.False(fit.TurnsInside);
    }

    [Fact]
    public void The_sag_is_the_mean_of_chord_less_parabola()
    {
        var points = Made(x => 0.2 + 5 * (x - 0.6) * (x - 0.6), noise: 0.02);
        var fit = SubpopulationCurve.Fit(points).Fit!;
        double[] x = [.. points.Select(p => p.MajorityAccuracy).Where(a => a > 0.6).Order()];
        double Quantile(double q) => x[(int)(q * (x.Length - 1))] + (q * (x.Length - 1) % 1) * (x[(int)(q * (x.Length - 1)) + 1] - x[(int)(q * (x.Length - 1))]);
        double Parabola(double at) => fit.Quadratic.C0 + fit.Quadratic.C1 * at + fit.Quadratic.C2 * at * at;
        var (a, b) = (Quantile(0.05), Quantile(0.95));

        var naive = Enumerable.Range(0, 101).Average(i => Parabola(a) + i / 100.0 * (Parabola(b) - Parabola(a)) - Parabola(a + i / 100.0 * (b - a)));

        Assert.Equal(naive, fit.Sag.Value, 1e-10);
    }

    [Fact]
    public void Majority_accuracy_that_tells_nothing_is_saturated()
    {
        var random = RandomStream.For(3, "saturated");
        SubpopulationPoint[] points = [.. Enumerable.Range(0, 120).Select(_ => new SubpopulationPoint(9700 + random.Next(200), 10_000, 1000 + random.Next(8000), 10_000))];

        Assert.Equal(CurveVerdict.Saturated, SubpopulationCurve.Fit(points).Verdict);
    }

    [Fact]
    public void Copies_of_a_runs_checkpoints_change_no_interval_and_copies_without_runs_narrow_them()
    {
        var points = Made(x => 0.2 + 6 * (x - 0.65) * (x - 0.65), noise: 0.05);
        SubpopulationPoint[] Copied(bool keepsRuns) => [.. points.Concat(points).Select(p => new SubpopulationPoint(p.MajorityCorrect, Total, p.MinorityCorrect, Total, keepsRuns ? p.Run : null))];

        var one = SubpopulationCurve.Fit(points).Fit!.C2Interval;
        var two = SubpopulationCurve.Fit(Copied(keepsRuns: true)).Fit!.C2Interval;
        var loose = SubpopulationCurve.Fit(Copied(keepsRuns: false)).Fit!.C2Interval;

        Assert.Equal(one.Low, two.Low, 1e-8);
        Assert.Equal(one.High, two.High, 1e-8);
        Assert.True(loose.Width < 0.85 * one.Width);
    }

    [Fact]
    public void Models_near_chance_are_left_out_and_counted()
    {
        var points = Made(x => x - 0.2, noise: 0);
        SubpopulationPoint[] more = [.. points, .. Enumerable.Range(0, 5).Select(i => new SubpopulationPoint(50_000 + i, Total, 90_000, Total))];

        var report = SubpopulationCurve.Fit(more);

        Assert.Equal(5 + points.Count(p => p.MajorityAccuracy <= 0.6), report.LeftOut);
        Assert.Equal(CurveVerdict.Line, report.Verdict);
    }

    [Fact]
    public void Too_few_places_give_a_report_without_a_fit()
    {
        var report = SubpopulationCurve.Fit([.. Enumerable.Range(0, 12).Select(i => new SubpopulationPoint(80 + i % 3, 100, 10 * (i % 5), 100))]);

        Assert.Equal(CurveVerdict.NotFitted, report.Verdict);
        Assert.Null(report.Fit);
        Assert.Contains("takes 3 values over 12 models", report.Sentence);
    }

    [Fact]
    public void The_bootstrap_follows_the_seed_and_not_the_threads()
    {
        var points = Made(x => x - 0.2, noise: 0.05);
        Interval Of(long seed, int threads) => SubpopulationCurve.Fit(points, new CurveOptions { Seed = seed, MaxThreads = threads }).Fit!.C2Interval;

        Assert.Equal(Of(1, 1), Of(1, 2));
        Assert.NotEqual(Of(1, 1), Of(2, 1));
    }

    [Fact]
    public void Bad_input_is_named()
    {
        Assert.Contains("0 rows", Assert.Throws<ArgumentException>(() => new SubpopulationPoint(0, 0, 1, 2)).Message);
        Assert.Contains("3 right answers of 2", Assert.Throws<ArgumentException>(() => new SubpopulationPoint(1, 2, 3, 2)).Message);
        Assert.Throws<ArgumentException>(() => new SubpopulationPoint(-1, 2, 1, 2));
        Assert.Contains("needs 8", Assert.Throws<ArgumentException>(() => SubpopulationCurve.Fit(Made(x => x, 0)[..9])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CurveOptions { Bins = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CurveOptions { MinimumMajorityAccuracy = 1.1 });
        Assert.Throws<ArgumentException>(() => SubpopulationFrontier.Of([]));
        Assert.Throws<ArgumentException>(() => new TwoFeatureTheory(1, 1, 1, 1).Curve([(0, 0)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TwoFeatureTheory(1, 0, 1, 1));
        Assert.ThrowsAny<OperationCanceledException>(() => SubpopulationCurve.Fit(Made(x => x - 0.2, 0.01), cancellation: new CancellationToken(true)));
    }

    /// <summary>Runs of four checkpoints from chance to .95.</summary>
    private static SubpopulationPoint[] Made(Func<double, double> minority, double noise)
    {
        var random = RandomStream.For(7, "made curve");
        return [.. Enumerable.Range(0, 100).Select(i =>
        {
            // Whole hundredths, so that a line through them is exact in counts.
            var x = (50 + (i * 37 % 46)) / 100.0;
            var z = Math.Clamp(minority(x) + noise * random.NextGaussian(), 0, 1);
            return new SubpopulationPoint((int)Math.Round(x * Total), Total, (int)Math.Round(z * Total), Total, i / 4);
        })];
    }
}
