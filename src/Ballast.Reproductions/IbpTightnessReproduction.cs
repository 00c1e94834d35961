using Ballast.Core;
using Ballast.Learning.Training;
using Ballast.Reproductions.Tightness;
using Ballast.Robustness.Tightness;

namespace Ballast.Reproductions;

/// <summary>Propagation tightness (Mao et al. 2024): low at first, raised by training with intervals, by so much as the boxes are large, and not what decides certified accuracy.</summary>
/// <remarks>Digits at a radius of 0.1, and random linear networks. Verification queries with agreed answers are tests of their own.</remarks>
public sealed class IbpTightnessReproduction : IReproduction
{
    private const int Seeds = 3, Width = 128, Draws = 400;
    private const string Spec = "(specification's prototype)";

    private static readonly (TightnessArm Arm, string Name, string Paper)[] Arms =
    [
        (TightnessArm.Untrained, "untrained", ".10, -, .000, .0028 .0027 .0031"), (TightnessArm.Standard, "standard training", ".975, .28, .000, .053 .050 .055"),
        (TightnessArm.Pgd, "adversarial training", ".981, .826, .000, .030 .029 .030"), (TightnessArm.SabrTenth, "SABR .1", ".972, .823, .033, .331 .328 .326"),
        (TightnessArm.SabrFourTenths, "SABR .4", ".956, .793, .611, .707 .694 .703"), (TightnessArm.Ibp, "intervals", ".801, .652, .571, .866 .883 .875"),
        (TightnessArm.IbpQuarter, "intervals at a quarter of the radius", ".974, .951, .923, .442 .437 .445"),
    ];

    /// <inheritdoc/>
    public string Slug => "ibp-tightness";

    /// <inheritdoc/>
    public IReadOnlyList<ClaimResult> Run(ReproductionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var oneThread = TorchThreads.Use(1);
        context.Progress?.Report(new ProgressUpdate("ibp-tightness, random networks", 0));
        ClaimResult[] random = [AtInitialization(context), Embedding(context)];
        if (Digits.Find(context.DataFolder) is not { } digits)
            return [.. random, new ClaimResult("Interval training raises tightness.", "-", "-", ClaimOutcome.Skipped, Digits.AbsentReason)];
        context.Progress?.Report(new ProgressUpdate("ibp-tightness, digits", 0.1));
        var seeds = Enumerable.Range(context.Seed, Seeds).ToArray();
        // The slow trainings first, so that no core waits for the last one.
        (TightnessArm Arm, int Width, int Seed)[] plans =
        [
            .. from seed in seeds.Take(1) select (TightnessArm.Ibp, 512, seed), .. from arm in Arms.Reverse() from seed in seeds select (arm.Arm, Width, seed), .. from seed in seeds select (TightnessArm.Ibp, 32, seed),
        ];
        var runs = TightnessDigits.Run(digits, plans, context.Cancellation);
        return [.. random, .. Arms.Select(arm => Row(runs, arm)), .. Claims(runs), ByWidth(runs)];
    }

    private static ClaimResult AtInitialization(ReproductionContext context)
    {
        (int Width, int Layers)[] cases = [(8, 2), (8, 3), (8, 5), (32, 2), (32, 3), (32, 5), (128, 2), (128, 3)];
        var pairs = cases.Select(one => (Measured: GaussianLayers.Ratio(one.Width, one.Layers, Draws, context.Seed, context.Cancellation), Forecast: GaussianLayers.Forecast(one.Width, one.Layers))).ToArray();
        return new ClaimResult(
            "Tightness of Gaussian linear networks falls with width and depth as the product of √π Γ((w+1)/2) / (w Γ(w/2)), to within 5%.", $".430 .185 .034 .220 .048 .0023 .1106 .0122 {Spec}",
            string.Join(" ", pairs.Select(pair => $"{pair.Measured:0.0000}/{pair.Forecast:0.0000}")),
            pairs.All(pair => Math.Abs(pair.Measured / pair.Forecast - 1) <= 0.05) ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, $"drawn/forecast, {Draws} draws; width 8 with 2, 3, 5 layers, 32 with 2, 3, 5, 128 with 2, 3");
    }

    private static ClaimResult Embedding(ReproductionContext context)
    {
        (int Width, int Bottleneck)[] cases = [(100, 5), (400, 20), (784, 50)];
        var rows = cases.Select(one => (Drawn: GaussianLayers.Embedding(one.Width, one.Bottleneck, context.Seed), Forecast: InitialTightness.EmbeddingGrowth(one.Bottleneck))).ToArray();
        bool Near(double drawn, double forecast) => Math.Abs(drawn / forecast - 1) <= 0.1;
        return new ClaimResult(
            "Through an orthonormal bottleneck of k boxes grow by 2k/π layer by layer and by √(2k/π) at best, to within 10%.", $"3.28 12.65 31.76 and 1.71 3.48 5.50 {Spec}",
            $"{string.Join(" ", rows.Select(row => row.Drawn.Layerwise.ToString("0.00")))} and {string.Join(" ", rows.Select(row => row.Drawn.Optimal.ToString("0.00")))}",
            rows.All(row => Near(row.Drawn.Layerwise, row.Forecast.Layerwise) && Near(row.Drawn.Optimal, row.Forecast.Optimal)) ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, "one draw; (d, k) = (100, 5), (400, 20), (784, 50)");
    }

    private static ClaimResult Row(IReadOnlyList<TightnessRun> runs, (TightnessArm Arm, string Name, string Paper) arm)
    {
        var own = Of(runs, arm.Arm);
        return new ClaimResult(
            $"Digits, {arm.Name}: accuracy, under PGD, certified by intervals, then local tightness by seed.", $"{arm.Paper} {Spec}",
            $"{Mean(own, run => run.Accuracy):0.000}, {Mean(own, run => run.Adversarial):0.000}, {Mean(own, run => run.Certified):0.000} ({string.Join(" ", own.Select(run => $"{run.Certified:0.000}"))}), {string.Join(" ", own.Select(run => $"{run.Tightness:0.0000}"))}",
            ClaimOutcome.Reported, $"means of {Seeds} seeds");
    }

    private static IEnumerable<ClaimResult> Claims(IReadOnlyList<TightnessRun> runs)
    {
        TightnessRun[] untrained = Of(runs, TightnessArm.Untrained), standard = Of(runs, TightnessArm.Standard), pgd = Of(runs, TightnessArm.Pgd), tenth = Of(runs, TightnessArm.SabrTenth),
            four = Of(runs, TightnessArm.SabrFourTenths), ibp = Of(runs, TightnessArm.Ibp), quarter = Of(runs, TightnessArm.IbpQuarter);
        yield return OnEverySeed(
            "Tightness rises with the size of the boxes in training: intervals above SABR .4 above SABR .1 above five times adversarial training.",
            i => ibp[i].Tightness > four[i].Tightness && four[i].Tightness > tenth[i].Tightness && tenth[i].Tightness > 5 * pgd[i].Tightness, i => $"{ibp[i].Tightness:0.000} {four[i].Tightness:0.000} {tenth[i].Tightness:0.000} {pgd[i].Tightness:0.000}");
        yield return OnEverySeed("Intervals give at least ten times the tightness of standard training.", i => ibp[i].Tightness >= 10 * standard[i].Tightness, i => $"{ibp[i].Tightness / standard[i].Tightness:0.0}");
        yield return OnEverySeed("Standard training raises it above that of first weights.", i => untrained[i].Tightness < standard[i].Tightness, i => $"{untrained[i].Tightness:0.0000} {standard[i].Tightness:0.000}");
        yield return OnEverySeed("At a quarter of the radius it stays below .7 of that at the whole.", i => quarter[i].Tightness <= 0.7 * ibp[i].Tightness, i => $"{quarter[i].Tightness / ibp[i].Tightness:0.00}");
        var gaps = four.Select((run, i) => run.Certified - ibp[i].Certified).ToArray();
        yield return new ClaimResult(
            "SABR .4 certifies more than intervals on average, with lower tightness, and on no seed .03 less.", ".611 against .571", string.Join(" ", gaps.Select(gap => gap.ToString("+0.000;-0.000"))),
            gaps.Average() > 0 && gaps.All(gap => gap >= -0.03) ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, "difference by seed: high tightness is not necessary");
        yield return OnEverySeed("It is no less accurate than intervals.", i => four[i].Accuracy >= ibp[i].Accuracy, i => $"{four[i].Accuracy:0.000} {ibp[i].Accuracy:0.000}");
    }

    private static ClaimResult ByWidth(IReadOnlyList<TightnessRun> runs)
    {
        var (narrow, usual, wide) = (Of(runs, TightnessArm.Ibp, 32), Of(runs, TightnessArm.Ibp), Of(runs, TightnessArm.Ibp, 512));
        string Text(TightnessRun[] own) => $"{Mean(own, run => run.Certified):0.000} at {Mean(own, run => run.Tightness):0.000}";
        return new ClaimResult(
            "Under interval training a width of 128 certifies more than one of 32, with lower tightness.", ".571 at .875 against .473 at .91", $"{Text(usual)} against {Text(narrow)}; width 512, one seed: {Text(wide)}",
            Mean(usual, run => run.Certified) > Mean(narrow, run => run.Certified) && Mean(usual, run => run.Tightness) < Mean(narrow, run => run.Tightness) ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, $"means of {Seeds} seeds");
    }

    private static ClaimResult OnEverySeed(string claim, Func<int, bool> holds, Func<int, string> figures) =>
        new(claim, "on every seed", string.Join("; ", Enumerable.Range(0, Seeds).Select(figures)), Enumerable.Range(0, Seeds).All(holds) ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold);

    private static TightnessRun[] Of(IReadOnlyList<TightnessRun> runs, TightnessArm arm, int width = Width) => [.. runs.Where(run => run.Arm == arm && run.Width == width).OrderBy(run => run.Seed)];

    private static double Mean(TightnessRun[] runs, Func<TightnessRun, double> of) => runs.Average(of);
}
