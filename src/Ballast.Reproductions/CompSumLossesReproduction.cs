using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Learning.Training;
using Ballast.Reproductions.CompSum;

namespace Ballast.Reproductions;

/// <summary>Comp-sum losses (Mao, Mohri and Zhong 2023): accuracy over tau with clean and noisy labels, adversarial training, and the consistency bound.</summary>
/// <remarks>
/// (A) Fashion-MNIST, 6,000 rows, a perceptron, no and 40% symmetric noise, three seeds. (B) Digits attacked within 0.1, four trainings, three seeds. (C) The bound
/// for 300 linear models on three Gaussians whose conditionals are known.
/// </remarks>
public sealed class CompSumLossesReproduction : IReproduction
{
    private const int Seeds = 3;

    /// <inheritdoc/>
    public string Slug => "comp-sum-losses";

    /// <inheritdoc/>
    public IReadOnlyList<ClaimResult> Run(ReproductionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var oneThread = TorchThreads.Use(1);
        return [.. Noise(context), .. Attacks(context), Bound(context)];
    }

    private static IEnumerable<ClaimResult> Noise(ReproductionContext context)
    {
        if (FashionMnist.Find() is not { } fashion)
        {
            yield return new ClaimResult("Accuracy over tau with clean and noisy labels.", "-", "-", ClaimOutcome.Skipped, FashionMnist.AbsentReason);
            yield break;
        }
        context.Progress?.Report(new ProgressUpdate("comp-sum-losses, Fashion-MNIST", 0));
        var runs = NoisyLabels.Run(fashion, context.Seed, Seeds, context.Cancellation);
        double Mean(double noise, double tau) => runs.Where(run => run.Noise == noise && run.Tau == tau).Average(run => run.Accuracy);
        string Of(double noise, double tau) =>
            $"{Figure(Mean(noise, tau))} ({string.Join(" ", runs.Where(run => run.Noise == noise && run.Tau == tau).Select(run => Figure(run.Accuracy)))})";
        string Row(double noise) => string.Join(", ", NoisyLabels.Taus.Select(tau => $"tau {tau}: {Of(noise, tau)}"));

        const double clean = NoisyLabels.Clean, noisy = NoisyLabels.Noisy;
        yield return new ClaimResult(
            "Test accuracy with 40% symmetric noise over tau.", "0: .763, 1: .779, 1.7: .809, 2: .725 (specification's prototype)", Row(noisy), ClaimOutcome.Reported, "mean (each seed)");
        yield return new ClaimResult(
            "Test accuracy with clean labels over tau.", "0: .831, 1: .841, 1.7: .836, 2: .797 (specification's prototype)", Row(clean), ClaimOutcome.Reported, "mean (each seed)");
        yield return Claim("With noise tau = 1.7 beats cross-entropy by more than .015.", ".030", Mean(noisy, 1.7) - Mean(noisy, 1), difference => difference > 0.015);
        yield return Claim("With noise cross-entropy beats tau = 0.", ".016", Mean(noisy, 1) - Mean(noisy, 0), difference => difference > 0);
        yield return Claim("With noise tau = 2 (mean absolute error) is worse than tau = 1.7.", "-.084", Mean(noisy, 2) - Mean(noisy, 1.7), difference => difference < 0);
        yield return Claim("With clean labels cross-entropy is at least as good as tau = 0.", ".010", Mean(clean, 1) - Mean(clean, 0), difference => difference >= 0);
        yield return Claim("With clean labels cross-entropy is at least as good as tau = 1.7, within .003.", ".005", Mean(clean, 1) - Mean(clean, 1.7), difference => difference >= -0.003);
        yield return Claim("With clean labels tau = 2 is worse than cross-entropy by more than .02.", "-.044", Mean(clean, 2) - Mean(clean, 1), difference => difference < -0.02);
    }

    private static IEnumerable<ClaimResult> Attacks(ReproductionContext context)
    {
        if (Digits.Find(context.DataFolder) is not { } digits)
        {
            yield return new ClaimResult("Adversarial training on digits.", "-", "-", ClaimOutcome.Skipped, Digits.AbsentReason);
            yield break;
        }
        context.Progress?.Report(new ProgressUpdate("comp-sum-losses, attacked digits", 0.7));
        var runs = AttackedDigits.Run(digits, context.Seed, Seeds, context.Cancellation);
        double Clean(AttackedTraining training) => runs.Where(run => run.Training == training).Average(run => run.Clean);
        double Robust(AttackedTraining training) => runs.Where(run => run.Training == training).Average(run => run.Robust);
        string[] paper = [".976/.329", ".975/.804", ".967/.826", ".972/.808"];
        foreach (var (index, training) in Enum.GetValues<AttackedTraining>().Index())
            yield return new ClaimResult(
                $"Clean and robust accuracy at epsilon 0.1, {AttackedDigits.Name(training)}.", paper[index],
                $"{Figure(Clean(training))}/{Figure(Robust(training))} ({string.Join(" ", runs.Where(run => run.Training == training).Select(run => $"{Figure(run.Clean)}/{Figure(run.Robust)}"))})",
                ClaimOutcome.Reported, "mean (each seed); robust against 3 restarts of 40 steps on cross-entropy and on the margin");

        const AttackedTraining standard = AttackedTraining.Standard, smooth = AttackedTraining.Smooth, trades = AttackedTraining.Trades;
        yield return Claim("The smooth adversarial loss reaches a robust accuracy of .75.", ".808", Robust(smooth), robust => robust >= 0.75);
        yield return Claim("It is more robust than standard training by .4.", ".48", Robust(smooth) - Robust(standard), gain => gain >= 0.4);
        yield return Claim("Its clean accuracy is at least that of TRADES, within .004.", ".005", Clean(smooth) - Clean(trades), difference => difference >= -0.004);
        yield return new ClaimResult(
            "ADV-COMP-SUM beats TRADES in robust accuracy.", "the paper's claim on CIFAR and SVHN; -.018 in the specification's prototype", Figure(Robust(smooth) - Robust(trades)),
            ClaimOutcome.Reported, "Not expected at this scale.");
        var violations = runs.Sum(run => run.Violations);
        yield return new ClaimResult(
            "With nu = sqrt(n - 1) / rho every fooled sample has a loss of at least Phi_tau(1).", "0 violations (proven)", $"{violations} violations among {runs.Sum(run => run.Fooled)} fooled samples",
            violations == 0 ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold);
    }

    private static ClaimResult Bound(ReproductionContext context)
    {
        context.Progress?.Report(new ProgressUpdate("comp-sum-losses, bound", 0.95));
        var (models, violations, slack) = BoundedModels.Run(context.Seed, context.Cancellation);
        return new ClaimResult(
            "No linear model's 0-1 excess exceeds Gamma_tau of its surrogate excess.", "0 of 300, smallest slack .016", $"{violations} of {models}, smallest slack {Figure(slack)}",
            violations == 0 ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, "Exact conditional risks over 4,500 points of three Gaussians.");
    }

    private static ClaimResult Claim(string claim, string paper, double value, Func<double, bool> holds) =>
        new(claim, paper, Figure(value), holds(value) ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, $"means of {Seeds} seeds");

    private static string Figure(double value) => value.ToString("0.000");
}
