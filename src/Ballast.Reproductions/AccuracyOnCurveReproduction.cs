using Ballast.Core;
using Ballast.Evaluation.Subpopulations;
using Ballast.Learning.Training;
using Ballast.Reproductions.Subpopulations;

namespace Ballast.Reproductions;

/// <summary>Accuracy on the curve (Liang et al. 2023): does minority accuracy follow majority accuracy in a curve, and does the curve bend with the strength of a spurious correlation?</summary>
/// <remarks>Digits below and from 5 with four features that carry a spurious attribute; 20 perceptrons of drawn width, rate, batch and decay, each judged after 1 to 32 epochs; three seeds.</remarks>
public sealed class AccuracyOnCurveReproduction : IReproduction
{
    private const int Seeds = 3, RareSeeds = 2;
    private const double Weak = 0.4, Strong = 1.0;

    private static readonly double[] agreements = [0.5, 0.7, 0.8, 0.9];

    /// <inheritdoc/>
    public string Slug => "accuracy-on-curve";

    /// <inheritdoc/>
    public IReadOnlyList<ClaimResult> Run(ReproductionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (Digits.Find(context.DataFolder) is not { } digits)
            return [new("The relation of minority and majority accuracy bends as a spurious correlation grows", "-", "-", ClaimOutcome.Skipped, Digits.AbsentReason)];
        var seeds = Enumerable.Range(context.Seed, Seeds).ToArray();
        CurveSetting[] settings =
        [
            .. agreements.SelectMany(agreement => seeds.Select(seed => new CurveSetting(agreement, Weak, seed))),
            .. seeds.Take(RareSeeds).Select(seed => new CurveSetting(null, 0, seed)),
            new CurveSetting(0.9, Strong, context.Seed),
        ];
        var points = Measure(settings, digits, context);
        CurveReport Report(CurveSetting setting, AccuracyAxes axes = AccuracyAxes.Identity) => SubpopulationCurve.Fit(points[setting], new CurveOptions { Axes = axes, Seed = setting.Seed }, context.Cancellation);
        var identity = settings.ToDictionary(setting => setting, setting => Report(setting));
        CurveReport[] At(double agreement) => [.. seeds.Select(seed => identity[new CurveSetting(agreement, Weak, seed)])];
        return
        [
            .. Bends(At),
            new("Probit axes straighten part of the curve, not all", "R2 of the line .94 at .5 and .78 at .9, of the parabola .94 and .89",
                string.Join("; ", new[] { 0.5, 0.9 }.Select(agreement =>
                {
                    var fits = seeds.Select(seed => Report(new CurveSetting(agreement, Weak, seed), AccuracyAxes.Probit).Fit!).ToArray();
                    return $"agreement {agreement}: line {Spread(fits, fit => fit.Linear.R2)}, parabola {Spread(fits, fit => fit.Quadratic.R2)}";
                })), ClaimOutcome.Reported, $"{Seeds} seeds"),
            Rare([.. settings.Where(setting => setting.Agreement is null).Select(setting => identity[setting])]),
            Saturated(identity[settings[^1]]),
            Choice([.. seeds.Select(seed => SubpopulationFrontier.Of(points[new CurveSetting(0.9, Weak, seed)]))], At(0.9)),
        ];
    }

    private static Dictionary<CurveSetting, IReadOnlyList<SubpopulationPoint>> Measure(CurveSetting[] settings, Digits digits, ReproductionContext context)
    {
        var points = new IReadOnlyList<SubpopulationPoint>[settings.Length];
        var done = 0;
        using var threads = TorchThreads.Use(1);
        Parallel.For(0, settings.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = context.Cancellation }, i =>
        {
            points[i] = settings[i].Sweep(digits, context.Cancellation);
            context.Progress?.Report(new ProgressUpdate("sweeps", (double)Interlocked.Increment(ref done) / settings.Length));
        });
        return settings.Zip(points).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private static IEnumerable<ClaimResult> Bends(Func<double, CurveReport[]> at)
    {
        string Row(double agreement)
        {
            var reports = at(agreement);
            CurveFit[] fits = [.. reports.Select(report => report.Fit!)];
            return $"agreement {agreement}: line {Spread(fits, f => f.Linear.R2)}, gain {Spread(fits, f => f.DeltaR2.Value)}, F {fits.Average(f => f.F):0}, c2 {Spread(fits, f => f.Quadratic.C2, "0.0")}, "
                + $"sag {Spread(fits, f => f.Sag.Value, "0.000")}, {string.Join("/", reports.Select(report => report.Verdict.ToString().ToLowerInvariant()))}";
        }

        double Mean(double agreement, Func<CurveFit, double> of) => at(agreement).Average(report => of(report.Fit!));
        double[] gains = [.. agreements.Select(a => Mean(a, f => f.DeltaR2.Value))], statistics = [.. agreements.Select(a => Mean(a, f => f.F))];
        yield return new("Without spurious correlation (agreement .5) a line explains at least .85 of the variance, at agreement .9 at most .75 (means of three seeds)",
            "R2 of the line .91 and .58 (prototype), .92 and .66 (second implementation)", $"{Row(0.5)}; {Row(0.9)}",
            Outcome(Mean(0.5, f => f.Linear.R2) >= 0.85 && Mean(0.9, f => f.Linear.R2) <= 0.75), $"{Seeds} seeds; R2, mean (lowest to highest)");
        yield return new("The gain in R2 of the curve and its F rise with the spurious correlation (rank correlation over the four means at least .8)",
            "gain .01/.14/.21/.21, F 19/122/153/186 (second implementation)",
            $"gain {string.Join("/", gains.Select(g => $"{g:.00}"))} (rank correlation {Ranked(gains):0.0}), F {string.Join("/", statistics.Select(f => $"{f:0}"))} ({Ranked(statistics):0.0})",
            Outcome(Ranked(gains) >= 0.8 && Ranked(statistics) >= 0.8), $"{Row(0.7)}; {Row(0.8)}");
        yield return new("From agreement .7 on the curve bends upward (c2 above 0)", "8.4/5.9/8.1, 9.1/7.7/10.9, 11.2/8.5/12.9",
            string.Join("; ", agreements.Skip(1).Select(a => $"{a}: {string.Join("/", at(a).Select(r => $"{r.Fit!.Quadratic.C2:0.0}"))}")),
            Outcome(agreements.Skip(1).All(a => Mean(a, f => f.Quadratic.C2) > 0)), $"intervals of c2 above 0: {agreements.Skip(1).Sum(a => at(a).Count(r => r.Fit!.C2Interval.Low > 0))} of 9");
        yield return new("At agreement .9 the verdict is 'moon' in at least 2 of 3 seeds", "3 of 3", $"{at(0.9).Count(report => report.Verdict == CurveVerdict.Moon)} of 3",
            Outcome(at(0.9).Count(report => report.Verdict == CurveVerdict.Moon) >= 2), at(0.9)[0].Sentence);
    }

    private static ClaimResult Rare(CurveReport[] reports)
    {
        CurveFit[] fits = [.. reports.Select(report => report.Fit!)];
        return new("A rare kind of image (5% contrast-inverted), label independent: the paper finds less bend there", "R2 of the line .41/.43, of the parabola .75/.64, F 151/63: as bent as with a spurious feature",
            $"line {Spread(fits, f => f.Linear.R2)}, parabola {Spread(fits, f => f.Quadratic.R2)}, F {string.Join("/", fits.Select(f => $"{f.F:0}"))}, {string.Join("/", reports.Select(r => r.Verdict.ToString().ToLowerInvariant()))}",
            ClaimOutcome.Reported, $"{fits.Length} seeds; so harsh a shift is no test of the paper's finding");
    }

    private static ClaimResult Saturated(CurveReport report) => new(
        "Where the spurious feature is much the easier one (strength 1.0), majority accuracy tells nothing of the minority and no polynomial fits", "R2 of both fits below .05; verdict 'saturated'",
        $"line {report.Fit?.Linear.R2:.00}, parabola {report.Fit?.Quadratic.R2:.00}, bins {report.Fit?.BinR2:.00}, {report.Verdict.ToString().ToLowerInvariant()}", ClaimOutcome.Reported, "1 seed, agreement .9");

    private static ClaimResult Choice(ModelChoice[] choices, CurveReport[] reports) => new(
        "Choosing a model by majority accuracy alone costs the minority; an aggregate hides the bend", "no figure",
        $"regret {string.Join("/", choices.Select(choice => $"{choice.Regret:.000}"))} within a point of the best; R2 of a line through (aggregate, minority) {string.Join(", ", Enumerable.Range(0, reports[0].Fit!.MixtureR2.Count).Select(m => $"{reports.Average(r => r.Fit!.MixtureR2[m].R2):.00} at share {reports[0].Fit!.MixtureR2[m].Share}"))}",
        ClaimOutcome.Reported, "agreement .9, over all checkpoints; accuracies on the rows that the choice is made on");

    private static string Spread(CurveFit[] fits, Func<CurveFit, double> of, string format = ".00") =>
        $"{fits.Average(of).ToString(format)} ({fits.Min(of).ToString(format)} to {fits.Max(of).ToString(format)})";

    /// <summary>Rank correlation with the order in which the values stand.</summary>
    private static double Ranked(double[] values)
    {
        int[] ranks = [.. values.Select(value => values.Count(other => other < value))];
        var n = values.Length;
        return 1 - 6.0 * ranks.Index().Sum(rank => (rank.Item - rank.Index) * (rank.Item - rank.Index)) / (n * (n * n - 1));
    }

    private static ClaimOutcome Outcome(bool holds) => holds ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold;
}
