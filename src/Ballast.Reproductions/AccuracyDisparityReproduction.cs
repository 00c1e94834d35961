using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Learning.Adversarial;
using Ballast.Numerics.Distributions;
using Ballast.Reproductions.Disparity;
using Ballast.Robustness.Disparity;

namespace Ballast.Reproductions;

/// <summary>Accuracy disparity (Hu et al. 2023): theory against training for Gaussians, the three regimes of heavy tails, and two classes of Fashion-MNIST.</summary>
public sealed class AccuracyDisparityReproduction : IReproduction
{
    private const int GaussianDraws = 3, FashionDraws = 2;

    /// <inheritdoc/>
    public string Slug => "accuracy-disparity";

    /// <inheritdoc/>
    public IReadOnlyList<ClaimResult> Run(ReproductionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return [.. Gaussians(context), .. HeavyTails(), .. Shirts(context)];
    }

    private static IEnumerable<ClaimResult> Gaussians(ReproductionContext context)
    {
        double[] ratios = [1, 3, 10], epsilons = [0, 0.05, 0.1, 0.2];
        context.Progress?.Report(new ProgressUpdate("accuracy-disparity, Gaussians", 0));
        var draws = new Dictionary<(double Ratio, double Epsilon), (double Frequent, double Rare)>[GaussianDraws];
        Parallel.For(0, GaussianDraws, new ParallelOptions { CancellationToken = context.Cancellation }, i => draws[i] = LinearDraws.Train(context.Seed + i, ratios, epsilons, context.Cancellation));
        DisparityForecast Forecast(double ratio, double epsilon, PerturbationNorm norm = PerturbationNorm.LInfinity) =>
            AccuracyDisparity.Gaussian(LinearDraws.Mean, LinearDraws.Identity, norm, epsilon, ratio);
        (double Frequent, double Rare) Trained(double ratio, double epsilon) => (draws.Average(draw => draw[(ratio, epsilon)].Frequent), draws.Average(draw => draw[(ratio, epsilon)].Rare));

        yield return new ClaimResult(
            "Forecast at R = 10, maximum norm: accuracy of frequent/rare and disparity.", "0: .9984/.9788, .0196; .05: .9987/.9731, .0257; .1: .9989/.9613, .0377; .2: .9992/.8904, .1089",
            string.Join("; ", epsilons.Select(e => Forecast(10, e)).Zip(epsilons, (f, e) => $"{e}: {f.AccuracyFrequent:0.0000}/{f.AccuracyRare:0.0000}, {f.Disparity:0.0000}")), ClaimOutcome.Reported, "exact");
        double[] radii = [0, 0.6, 1.2, 1.8];
        var sphere = radii.Select(radius => Forecast(10, radius, PerturbationNorm.L2)).ToArray();
        yield return new ClaimResult(
            "In L2 robustness costs balanced classes nothing and yet makes unequal ones more unequal (R = 10, epsilon 0, .6, 1.2, 1.8).", ".0196 .0289 .0543 .2038",
            string.Join(" ", sphere.Select(f => $"{f.Disparity:0.0000}")),
            sphere.All(f => Math.Abs(f.InherentEffect) < 1e-9) && sphere.Zip(sphere.Skip(1)).All(pair => pair.Second.Disparity > pair.First.Disparity) ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, "exact");
        var cells = (from ratio in ratios from epsilon in epsilons select (ratio, epsilon)).ToArray();
        var worst = cells.Max(cell => Math.Max(
            Math.Abs(Trained(cell.ratio, cell.epsilon).Frequent - Forecast(cell.ratio, cell.epsilon).AccuracyFrequent),
            Math.Abs(Trained(cell.ratio, cell.epsilon).Rare - Forecast(cell.ratio, cell.epsilon).AccuracyRare)));
        yield return new ClaimResult(
            "Trained accuracies lie within .02 of the forecast for every ratio, radius and class.", "worst .009", $"worst {worst:0.0000}",
            worst < 0.02 ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, $"R = 1, 3, 10; mean of {GaussianDraws} draws of 4,000 and 4,000/R rows");
        double Disparity(double ratio, double epsilon) => Trained(ratio, epsilon).Frequent - Trained(ratio, epsilon).Rare;
        var rising = epsilons.Select(e => Disparity(10, e)).ToArray();
        yield return new ClaimResult(
            "Trained disparity rises with the radius at R = 10.", ".0147 .0322 (.1) .0996 (.2)", string.Join(" ", rising.Select(value => $"{value:0.0000}")),
            rising.Zip(rising.Skip(1)).All(pair => pair.Second > pair.First) ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, "epsilon 0, .05, .1, .2");
        var level = epsilons.Max(e => Math.Abs(Disparity(1, e)));
        yield return new ClaimResult("It stays below .003 at R = 1.", ".0003", $"{level:0.0000}", level < 0.003 ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold);
    }

    private static IEnumerable<ClaimResult> HeavyTails()
    {
        double[] margins = [4, 2, 1, 0.5];
        var critical = margins.Select(m => AccuracyDisparity.CriticalRatio(m).Ratio).ToArray();
        yield return new ClaimResult(
            "Ratio from which Cauchy classes of margin 4, 2, 1, ½ lose the rare one.", "16.779, 7.418, 3.503, 2.000", string.Join(", ", critical.Select(value => $"{value:0.000}")),
            critical.Zip([16.779, 7.418, 3.503, 2.0]).All(pair => Math.Abs(pair.First - pair.Second) < 6e-4) ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, "exact");

        // Robust model of margin 2, same direction: the gap in standard accuracy, A± = F(4 ± β).
        var law = new SymmetricStable(1);
        double Side(double margin, double ratio) => AccuracyDisparity.Stable([margin], 1, 1, 0, ratio) is { Collapsed: false } f ? law.Cdf(4 + f.InterceptInUnitsOfScale) - law.Cdf(4 - f.InterceptInUnitsOfScale) : 1;
        double Gap(double ratio) => Side(2, ratio) - Side(4, ratio);
        var line = Enumerable.Range(100, 7901).Select(i => i / 100.0).ToArray();
        var (small, middle, large) = (line.Where(r => r < critical[1]).Select(Gap).ToArray(), line.Where(r => r >= critical[1] && r < critical[0]).Select(Gap).ToArray(), line.Where(r => r >= critical[0]).Select(Gap).ToArray());
        yield return new ClaimResult(
            "Heavy tails, three regimes over R = 1 to 80: the gap is slightly negative, then that of a lost class, then zero.", "-.05 to 0 below 7.418 (-.012 -.026 -.037 -.042 at 2, 4, 6, 7); above .8 to 16.77; 0 beyond",
            $"{small.Min():0.000} to {small.Max():0.000} ({string.Join(" ", new[] { 2.0, 4, 6, 7 }.Select(r => $"{Gap(r):0.000}"))}); {middle.Min():0.000} to {middle.Max():0.000}; {large.Min():0.000} to {large.Max():0.000}",
            small.All(gap => gap is >= -0.05 and <= 0) && middle.All(gap => gap > 0.8) && large.All(gap => gap == 0) ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, "exact");
        double Normal(double margin, double ratio)
        {
            var shift = Math.Log(ratio) / (2 * margin);
            return MathNet.Numerics.Distributions.Normal.CDF(0, 1, 4 + shift) - MathNet.Numerics.Distributions.Normal.CDF(0, 1, 4 - shift);
        }
        var gaussian = line.Where(r => r > 1).Select(r => Normal(2, r) - Normal(4, r)).ToArray();
        yield return new ClaimResult(
            "With Gaussian noise of the same margins the gap is positive for every R above 1.", "positive", $"{gaussian.Min():0.0e+0} to {gaussian.Max():0.0e+0}",
            gaussian.All(gap => gap > 0) ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, "exact");
    }

    private static IEnumerable<ClaimResult> Shirts(ReproductionContext context)
    {
        if (FashionMnist.Find() is not { } fashion)
        {
            yield return new ClaimResult("The gap between T-shirts and shirts grows with imbalance.", "-", "-", ClaimOutcome.Skipped, FashionMnist.AbsentReason);
            yield break;
        }
        context.Progress?.Report(new ProgressUpdate("accuracy-disparity, Fashion-MNIST", 0.4));
        int[] ratios = [1, 2, 5, 10];
        double[] epsilons = [0, 0.02, 0.05, 0.1];
        var shirts = new ShirtDraws(fashion, context.Cancellation);
        var cells = (from ratio in ratios from epsilon in epsilons from draw in Enumerable.Range(0, FashionDraws) select (ratio, epsilon, draw)).ToArray();
        var found = new (double Frequent, double Rare)[cells.Length];
        Parallel.For(0, cells.Length, new ParallelOptions { CancellationToken = context.Cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            found[i] = shirts.Train(context.Seed + cells[i].draw, cells[i].ratio, cells[i].epsilon));
        IEnumerable<(double Frequent, double Rare)> Of(int ratio, double epsilon) => cells.Zip(found).Where(pair => pair.First.ratio == ratio && pair.First.epsilon == epsilon).Select(pair => pair.Second);
        double Disparity(int ratio, double epsilon) => Of(ratio, epsilon).Average(pair => pair.Frequent - pair.Rare);
        string[] paper = [".030 .066 .117 .186", ".191 .273 .322 .522", ".359 .412 .540 .806", ".429 .531 .719 .980"];
        foreach (var (ratio, figures) in ratios.Zip(paper))
            yield return new ClaimResult(
                $"T-shirt against shirt, R = {ratio}: disparity at epsilon 0, .02, .05, .1.", figures,
                $"{string.Join(" ", epsilons.Select(e => $"{Disparity(ratio, e):0.000}"))} ({string.Join(", ", Enumerable.Range(0, FashionDraws).Select(d => string.Join(" ", epsilons.Select(e => Of(ratio, e).ElementAt(d)).Select(pair => $"{pair.Frequent - pair.Rare:0.000}"))))})",
                ClaimOutcome.Reported, "mean (each draw)");
        var gaps = ratios.Select(ratio => Disparity(ratio, 0.05) - Disparity(ratio, 0)).ToArray();
        yield return new ClaimResult(
            "The gap that robustness at .05 adds is positive for every R and larger at R = 10 than at R = 1 by at least .1.", ".087 .131 .181 .290", string.Join(" ", gaps.Select(gap => $"{gap:0.000}")),
            gaps.All(gap => gap > 0) && gaps[^1] - gaps[0] >= 0.1 ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, $"R = 1, 2, 5, 10; means of {FashionDraws} draws");
        var average = epsilons.Select(e => Of(1, e).Average(pair => (pair.Frequent + pair.Rare) / 2)).ToArray();
        yield return new ClaimResult(
            "Average accuracy falls with the radius at R = 1: the inherent effect.", "falls", string.Join(" ", average.Select(value => $"{value:0.000}")),
            average.Zip(average.Skip(1)).All(pair => pair.Second < pair.First) ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold);
    }
}
