using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Learning.Adversarial;
using Ballast.Learning.Training;
using Ballast.Reproductions.Srat;

namespace Ballast.Reproductions;

/// <summary>Imbalanced adversarial training (Wang et al. 2022): what attacks, rare classes, re-weighting and separation do to one another.</summary>
/// <remarks>(A) Digits, 120 and 12 rows a class. (B) Fashion-MNIST at 14×14, 600 and 30 rows a class. (C) The same with 500 and 10 rows. (D) The theory of two Gaussians, exact.</remarks>
public sealed class SratReproduction : IReproduction
{
    private const int DigitSeeds = 3, FashionSeeds = 4, ExtremeSeeds = 5;
    private const string Spec = "(specification's prototype)";

    /// <inheritdoc/>
    public string Slug => "srat";

    /// <inheritdoc/>
    public IReadOnlyList<ClaimResult> Run(ReproductionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var oneThread = TorchThreads.Use(1);
        return [.. OnDigits(context), .. OnFashion(context), Theory()];
    }

    private static IEnumerable<ClaimResult> OnDigits(ReproductionContext context)
    {
        if (Digits.Find(context.DataFolder) is not { } digits)
        {
            yield return new ClaimResult("Adversarial training loses rare digits, and re-weighting costs frequent ones more.", "-", "-", ClaimOutcome.Skipped, Digits.AbsentReason);
            yield break;
        }
        context.Progress?.Report(new ProgressUpdate("srat, digits", 0));
        var setting = new SratSetting(digits.Train, digits.Test, 120, 12, 0.1, 60, 64, 30);
        SratTraining[] trainings =
        [
            SratTraining.Natural, SratTraining.NaturalReweighted, SratTraining.Adversarial, SratTraining.AdversarialReweightedEarly, SratTraining.AdversarialReweighted, SratTraining.Srat,
        ];
        var runs = SratExperiment.Run(setting, trainings, context.Seed, DigitSeeds, context.Cancellation);
        string[] paper =
        [
            ".984/.850, .571/.076, 1.27", ".973/.878, .538/.134, 1.29", ".990/.805, .918/.330, 1.69", ".974/.908, .838/.563, 1.60", ".962/.899, .812/.534, 1.64", ".964/.891, .824/.515, 1.80",
        ];
        foreach (var (training, figure) in trainings.Zip(paper))
            yield return new ClaimResult($"Digits, {Name(training)}: frequent/rare accuracy clean, then under PGD, and separability.", $"{figure} {Spec}", Row(runs, training), ClaimOutcome.Reported, "mean of 3 seeds");
        double Mean(SratTraining training, Func<SratRun, double> of) => runs.Where(run => run.Training == training).Average(of);
        const SratTraining natural = SratTraining.Natural, adversarial = SratTraining.Adversarial;

        yield return Claim(
            "Adversarial training lowers the clean accuracy of rare digits by at least .02.", ".045",
            Mean(natural, run => run.CleanRare) - Mean(adversarial, run => run.CleanRare), loss => loss >= 0.02);
        yield return Claim(
            "It does not lower that of frequent ones.", "-.006", Mean(natural, run => run.CleanFrequent) - Mean(adversarial, run => run.CleanFrequent), loss => loss <= 0);
        var (plain, attacked) = (Mean(natural, run => run.CleanFrequent) - Mean(SratTraining.NaturalReweighted, run => run.CleanFrequent),
            Mean(adversarial, run => run.CleanFrequent) - Mean(SratTraining.AdversarialReweighted, run => run.CleanFrequent));
        yield return new ClaimResult(
            "Late re-weighting costs frequent digits more clean accuracy under adversarial than under natural training.", ".028 against .011", $"{Figure(attacked)} against {Figure(plain)}",
            attacked > plain ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, "means of 3 seeds");
        yield return Claim(
            "It costs them at least .05 in accuracy under PGD.", ".106",
            Mean(adversarial, run => run.RobustFrequent) - Mean(SratTraining.AdversarialReweighted, run => run.RobustFrequent), loss => loss >= 0.05);
        var gains = runs.Where(run => run.Training == SratTraining.Srat).OrderBy(run => run.Seed)
            .Select(run => run.Separability - runs.Single(other => other.Training == SratTraining.AdversarialReweighted && other.Seed == run.Seed).Separability).ToArray();
        yield return new ClaimResult(
            "SRAT separates features more than re-weighted adversarial training, on every seed.", ".16 on average", string.Join(", ", gains.Select(gain => gain.ToString("+0.00;-0.00"))),
            gains.All(gain => gain > 0) ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold);
    }

    private static IEnumerable<ClaimResult> OnFashion(ReproductionContext context)
    {
        if (FashionMnist.Find() is not { } fashion)
        {
            yield return new ClaimResult("SRAT against re-weighted adversarial training on Fashion-MNIST.", "-", "-", ClaimOutcome.Skipped, FashionMnist.AbsentReason);
            yield break;
        }
        context.Progress?.Report(new ProgressUpdate("srat, Fashion-MNIST", 0.4));
        var (pool, all) = (PooledSamples.Of(fashion.ReadTrain(context.Cancellation)), PooledSamples.Of(fashion.ReadTest(context.Cancellation)));
        var test = all.Select([.. Enumerable.Range(0, all.ClassCount).SelectMany(k => all.RowsOf(k).Take(200))]);
        SratTraining[] trainings = [SratTraining.AdversarialReweighted, SratTraining.Srat, SratTraining.SratBalanced];
        var runs = SratExperiment.Run(new SratSetting(pool, test, 600, 30, 0.06, 20, 128, 10), trainings, context.Seed, FashionSeeds, context.Cancellation);
        string[] paper = [".526/.542", ".535/.541", ".541/.545"];
        foreach (var (training, figure) in trainings.Zip(paper))
            yield return new ClaimResult($"Fashion-MNIST, {Name(training)}: frequent/rare accuracy clean, then under PGD, and separability.", $"PGD {figure} {Spec}", Row(runs, training), ClaimOutcome.Reported, "mean of 4 seeds");
        var (frequent, rare) = (Differences(runs, run => run.RobustFrequent), Differences(runs, run => run.RobustRare));
        yield return new ClaimResult(
            "SRAT's frequent classes are at most .015 less accurate under PGD than those of re-weighted adversarial training.", "+.009", Spread(frequent),
            frequent.Average() >= -0.015 ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, "mean ± standard error over seeds; inside the noise, so no gain is claimed");
        yield return new ClaimResult(
            "Its rare classes are at most .02 less accurate.", "-.001", Spread(rare),
            rare.Average() >= -0.02 ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, "mean ± standard error over seeds; the paper's larger gains are not reproduced at this size");

        context.Progress?.Report(new ProgressUpdate("srat, extreme imbalance", 0.9));
        var extreme = new SratSetting(pool, test, 500, 10, 0.06, 20, 128, 14) { Steps = 7, Fall = 0.2 };
        var lost = SratExperiment.Run(extreme, [SratTraining.Natural, SratTraining.Adversarial], context.Seed, ExtremeSeeds, context.Cancellation);
        SratRun[] Of(SratTraining training) => [.. lost.Where(run => run.Training == training).OrderBy(run => run.Seed)];
        var (natural, adversarial) = (Of(SratTraining.Natural), Of(SratTraining.Adversarial));
        string Rare(SratRun[] own) => $"{Figure(own.Average(run => run.CleanRare))} ({string.Join(" ", own.Select(run => Figure(run.CleanRare)))})";
        yield return new ClaimResult(
            "With 1 rare row for 50 frequent ones adversarial training keeps at most a fifth of natural training's clean accuracy of rare classes.", ".000 against .495, one seed",
            $"{Rare(adversarial)} against {Rare(natural)}; frequent {Figure(adversarial.Average(run => run.CleanFrequent))} against {Figure(natural.Average(run => run.CleanFrequent))}; "
                + $"rare under PGD {Figure(adversarial.Average(run => run.RobustRare))}",
            adversarial.Average(run => run.CleanRare) <= 0.2 * natural.Average(run => run.CleanRare) ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, $"mean of {ExtremeSeeds} seeds (each seed)");
    }

    private static ClaimResult Theory()
    {
        // √d η/σ = 1, 2, 3 with d = 100 and σ = 1.
        double[] margins = [1, 2, 3];
        var natural = margins.Select(m => new SeparabilityForecast(m / 10, 1, 100, 0, 100).ReweightingCost).ToArray();
        var robust = margins.Select(m => new SeparabilityForecast(m / 10, 1, 100, m / 20, 100)).ToArray();
        var standard = robust.Select(forecast => forecast.ReweightingCost).ToArray();
        var attacked = robust.Select(forecast => forecast.At(100).RobustFrequentError - forecast.At(1).RobustFrequentError).ToArray();
        var holds = Enumerable.Range(0, 3).All(i => standard[i] > natural[i] && attacked[i] > standard[i] && (i == 0 || (standard[i] < standard[i - 1] && natural[i] < natural[i - 1])));
        string Row(double[] values) => string.Join(" ", values.Select(value => value.ToString("0.0000")));
        return new ClaimResult(
            "Re-weighting costs the frequent Gaussian more in robust training, and less the farther the classes lie apart.", ".1582 .0219 .0013 naturally, .1587 .0227 .0013 robustly, .309 .158 .066 in robust error",
            $"{Row(natural)} naturally, {Row(standard)} robustly, {Row(attacked)} in robust error", holds ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, "exact; R = 100, margins 1, 2, 3, epsilon = eta / 2");
    }

    private static string Name(SratTraining training) => training switch
    {
        SratTraining.Natural => "natural training",
        SratTraining.NaturalReweighted => "natural training re-weighted late",
        SratTraining.Adversarial => "adversarial training",
        SratTraining.AdversarialReweightedEarly => "adversarial training re-weighted from the first epoch",
        SratTraining.AdversarialReweighted => "adversarial training re-weighted late",
        SratTraining.Srat => "SRAT, lambda .2, temperature .5",
        _ => "SRAT, balanced anchors, lambda .1, temperature .2",
    };

    private static string Row(IReadOnlyList<SratRun> runs, SratTraining training)
    {
        var own = runs.Where(run => run.Training == training).ToArray();
        string Mean(Func<SratRun, double> of) => Figure(own.Average(of));
        return $"{Mean(run => run.CleanFrequent)}/{Mean(run => run.CleanRare)}, {Mean(run => run.RobustFrequent)}/{Mean(run => run.RobustRare)}, {own.Average(run => run.Separability):0.00}"
            + $" ({string.Join(" ", own.OrderBy(run => run.Seed).Select(run => $"{Figure(run.RobustFrequent)}/{Figure(run.RobustRare)}"))})";
    }

    private static double[] Differences(IReadOnlyList<SratRun> runs, Func<SratRun, double> of) =>
        [.. runs.Where(run => run.Training == SratTraining.Srat).Select(run => of(run) - of(runs.Single(other => other.Training == SratTraining.AdversarialReweighted && other.Seed == run.Seed)))];

    private static string Spread(double[] differences)
    {
        var mean = differences.Average();
        var error = Math.Sqrt(differences.Sum(value => (value - mean) * (value - mean)) / (differences.Length - 1) / differences.Length);
        return $"{mean:+0.000;-0.000} ± {error:0.000}";
    }

    private static ClaimResult Claim(string claim, string paper, double value, Func<double, bool> holds) =>
        new(claim, paper, Figure(value), holds(value) ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, $"means of {DigitSeeds} seeds");

    private static string Figure(double value) => value.ToString("0.000");
}
