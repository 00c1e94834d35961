using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using Ballast.Reproductions.Certified;
using Ballast.Robustness.Bounds;
using Ballast.Robustness.Certified;
using static TorchSharp.torch;

namespace Ballast.Reproductions;

/// <summary>Fast certified training (Shi et al. 2021): initialisation, batch normalisation and regularisers against interval training alone, on digits at a radius of 0.1.</summary>
public sealed class CertifiedTrainingReproduction : IReproduction
{
    private const int Seeds = 3;
    private const string Spec = "(specification's prototype)";

    /// <inheritdoc/>
    public string Slug => "certified-training";

    /// <inheritdoc/>
    public IReadOnlyList<ClaimResult> Run(ReproductionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var oneThread = TorchThreads.Use(1);
        context.Progress?.Report(new ProgressUpdate("certified-training, gains", 0));
        var gains = Gains(context.Seed);
        if (Digits.Find(context.DataFolder) is not { } digits)
            return [.. gains, new ClaimResult("The recipe certifies more digits than interval training alone.", "-", "-", ClaimOutcome.Skipped, Digits.AbsentReason)];
        context.Progress?.Report(new ProgressUpdate("certified-training, digits", 0.1));
        var runs = CertifiedDigits.Run(digits, context.Seed, Seeds, context.Cancellation);
        return [.. gains, .. CertifiedArm.All.Reverse().Select(arm => Row(runs, arm)), .. Claims(runs)];
    }

    private static IEnumerable<ClaimResult> Gains(int firstSeed)
    {
        foreach (var (isIbp, paper) in new[] { (false, "14.0, then 5.61 to 5.79 and 5.66 to 5.68"), (true, "2.00, then .98 to 1.04 and .99 to 1.01") })
        {
            double[] expected = isIbp ? [2, 1, 1] : [Math.Sqrt(784) / 2, Math.Sqrt(512) / 4, Math.Sqrt(512) / 4];
            var measured = new List<IReadOnlyList<double>>();
            foreach (var (seed, epsilon) in from seed in Enumerable.Range(firstSeed, Seeds) from epsilon in new[] { 0.05, 0.4 } select (seed, epsilon))
            {
                using var scope = NewDisposeScope();
                using var network = new Mlp(784, [512, 512, 512], 10, seed);
                if (isIbp)
                    IbpInitializer.Apply(network, seed);
                var random = RandomStream.For(seed, "gain inputs");
                var x = tensor(Enumerable.Range(0, 64 * 784).Select(_ => random.NextDouble()).ToArray()).reshape(64, 784);
                measured.Add(InitializationGain.Measure(network, new InputBox(x - epsilon, x + epsilon)));
            }
            var holds = measured.All(gains => gains.Zip(expected).All(pair => Math.Abs(pair.First - pair.Second) <= 0.1 * pair.Second));
            yield return new ClaimResult(
                $"{(isIbp ? "The initialisation keeps the width of intervals" : "Default weights widen intervals as √n/4")} from layer to layer, to within 10% (784-512-512-512).", $"{paper} {Spec}",
                string.Join("; ", Enumerable.Range(0, 3).Select(layer => $"{measured.Min(gains => gains[layer]):0.00} to {measured.Max(gains => gains[layer]):0.00}")),
                holds ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, $"{Seeds} seeds, radius .05 and .4");
        }
    }

    private static ClaimResult Row(IReadOnlyList<CertifiedRun> runs, CertifiedArm arm)
    {
        var own = Of(runs, arm);
        return new ClaimResult(
            $"Digits, {arm.Name}: standard/verified error by seed, and share of inactive ReLUs.", $"{arm.Prototype} {Spec}",
            $"{string.Join(" ", own.Select(run => $"{Figure(run.StandardError)}/{Figure(run.VerifiedError)}"))}; inactive {Figure(own.Average(run => run.Inactive))}", ClaimOutcome.Reported);
    }

    private static IEnumerable<ClaimResult> Claims(IReadOnlyList<CertifiedRun> runs)
    {
        var (vanilla, normalized, initialized, full) = (Of(runs, CertifiedArm.Vanilla), Of(runs, CertifiedArm.Normalized), Of(runs, CertifiedArm.Initialized), Of(runs, CertifiedArm.Full));
        double[] Ratios(Func<CertifiedRun, double> of) => [.. full.Select((run, i) => of(run) / Math.Min(of(vanilla[i]), of(normalized[i])))];
        yield return OnEverySeed("The recipe's verified error is at most .7 of the better of the two vanilla arms, on every seed.", ".58 .57 .44", Ratios(run => run.VerifiedError), 0.7);
        yield return OnEverySeed("Its standard error is at most .5 of theirs, on every seed.", ".23 .17 .14", Ratios(run => run.StandardError), 0.5);
        var (all, two) = (full.Average(run => run.VerifiedError), initialized.Average(run => run.VerifiedError));
        yield return new ClaimResult(
            "With the regularisers the verified error is on average at most .02 above that of initialisation and batch normalisation alone.", ".335 against .355", $"{Figure(all)} against {Figure(two)}",
            all <= two + 0.02 ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, $"means of {Seeds} seeds");
        yield return new ClaimResult(
            "Batch normalisation leaves fewer ReLUs inactive.", ".398 against .750", $"{Figure(normalized.Average(run => run.Inactive))} against {Figure(vanilla.Average(run => run.Inactive))}",
            ClaimOutcome.Reported, "vanilla arms, share over layers and test boxes");
    }

    private static ClaimResult OnEverySeed(string claim, string paper, double[] ratios, double most) =>
        new(claim, paper, string.Join(" ", ratios.Select(ratio => ratio.ToString("0.00"))), ratios.All(ratio => ratio <= most) ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold);

    private static CertifiedRun[] Of(IReadOnlyList<CertifiedRun> runs, CertifiedArm arm) => [.. runs.Where(run => run.Arm == arm).OrderBy(run => run.Seed)];

    private static string Figure(double value) => value.ToString("0.000");
}
