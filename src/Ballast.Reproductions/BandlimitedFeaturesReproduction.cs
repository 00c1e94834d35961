using System.Diagnostics;
using System.Globalization;
using Ballast.Core;
using Ballast.Generalization.RandomFeatures;
using Ballast.Learning.Training;

namespace Ballast.Reproductions;

/// <summary>Random-feature networks with bounded weights (Li et al. 2023): the floor that no number of units removes, the range that a target needs, and the filter identity.</summary>
public sealed class BandlimitedFeaturesReproduction : IReproduction
{
    private const int Seeds = 3;
    private const int Points = 600;

    // 0.2 e^-(10x-4)^2 + 0.5 e^-(80x-40)^2 + 0.3 e^-(80x-20)^2.
    private static readonly GaussianMixture Bumps = new([(0.2, 0.4, 0.1 / Math.Sqrt(2)), (0.5, 0.5, 0.0125 / Math.Sqrt(2)), (0.3, 0.25, 0.0125 / Math.Sqrt(2))]);

    private static readonly double[] Train = [.. Enumerable.Range(0, Points).Select(i => i / (Points - 1.0))];
    private static readonly double[] Test = [.. Enumerable.Range(0, Points - 1).Select(i => (i + 0.5) / (Points - 1.0))];

    /// <inheritdoc/>
    public string Slug => "bandlimited-features";

    /// <inheritdoc/>
    public IReadOnlyList<ClaimResult> Run(ReproductionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var oneThread = TorchThreads.Use(1);
        return [.. NumberOfUnits(context), Complexity(context), Identity(), .. Floors(context)];
    }

    private static IEnumerable<ClaimResult> NumberOfUnits(ReproductionContext context)
    {
        foreach (var (activation, paper) in new[] { (FeatureActivation.Sigmoid, ".658 .658 at 1, .600 .599 at 5, .362 .000 at 100"), (FeatureActivation.Gaussian, ".653 .653 at 1, .598 .597 at 5, .584 .000 at 100") })
        {
            var errors = new Dictionary<double, (double Few, double Many, double L1)>();
            foreach (var range in new[] { 1.0, 5, 20, 50, 100, 800 })
            {
                var many = Mean(context, activation, range, 900);
                errors[range] = (Mean(context, activation, range, 100).Error, many.Error, many.L1);
            }
            var text = string.Join(", ", errors.Select(pair => Invariant($"{pair.Value.Few:.000} {pair.Value.Many:.000} at {pair.Key}")));
            var (stalled, falls) = (new[] { 1.0, 5 }.Min(range => errors[range].Many / errors[range].Few), errors[100].Many / errors[1].Many);
            yield return new ClaimResult(
                $"{activation} units with weights of at most 1 or 5: 900 units reach more than 97% of the error of 100, while weights of up to 100 bring it below 2%.", paper, text,
                stalled > 0.97 && falls < 0.02 ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, Invariant($"Errors of 100 and 900 units over the target's deviation, mean of {Seeds} seeds. Least ratio at 1 and 5 {stalled:.000}; error at 100 over that at 1 {falls:.0000}."));
            yield return new ClaimResult(
                $"{activation} units: the coefficients of weights up to 1 sum to more than 100 times those of weights up to 100.", activation == FeatureActivation.Sigmoid ? "4e7 and 4e4" : "2e7 and 6e4",
                Invariant($"{errors[1].L1:0.e0} and {errors[100].L1:0.e0}"), errors[1].L1 > 100 * errors[100].L1 ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold);
        }
        var relu = new[] { 100, 400, 900 }.Select(n => new[] { 1.0, 5, 100 }.Select(range => Mean(context, FeatureActivation.Relu, range, n).Error).ToArray()).ToArray();
        var spreads = relu.Select(own => own.Max() / own.Min() - 1).ToArray();
        yield return new ClaimResult(
            "ReLU units with biases scaled like weights have the same error at every range, to 1e-6.", ".497 .108 .131 at every range", string.Join(" ", relu.Select(own => Invariant($"{own[0]:.000}"))),
            spreads.Max() < 1e-6 ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold,
            Invariant($"Relative spread over ranges 1, 5, 100 with 100, 400 and 900 units: {string.Join(", ", spreads.Select(spread => spread.ToString("0.0e0", CultureInfo.InvariantCulture)))}. The column of ones is not scaled with the units, so where a solution of least norm is chosen among many (900 units, 600 rows), or singular values are cut off, the range may show in the last digits."));
    }

    private static ClaimResult Complexity(ReproductionContext context)
    {
        double[] grid = [1, 2, 4, 8, 16, 32, 64];
        int[] waves = [2, 8, 32];
        var least = waves.Select(k => grid.FirstOrDefault(range => Enumerable.Range(0, Seeds).Average(seed =>
        {
            context.Cancellation.ThrowIfCancellationRequested();
            double Target(double x) => Math.Sin(k * Math.PI * x);
            return Fit(Target, FeatureActivation.Sigmoid, range, 300, context.Seed + seed).Error;
        }) < 0.05, double.PositiveInfinity)).ToArray();
        return new ClaimResult(
            "The range that sin(k pi x) needs grows with k: never smaller, and at least 8 times as large for k = 32 as for k = 2.", "1, 4, 32 for k = 2, 8, 32", Invariant($"{least[0]}, {least[1]}, {least[2]}"),
            least[0] <= least[1] && least[1] <= least[2] && double.IsFinite(least[2]) && least[2] >= 8 * least[0] ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, "Smallest power of 2 with a test error below .05, 300 sigmoid units.");
    }

    private static ClaimResult Identity()
    {
        var f = new GaussianMixture([(1, 0.2, 0.3), (-0.5, 1, 0.15)]);
        double[] points = [.. Enumerable.Range(0, 71).Select(i => -3 + 0.1 * i)];
        var clock = Stopwatch.StartNew();
        var network = Ridgelet.Reconstruct1D(f.At, points, 4, -3, 4);
        var (worst, lost) = (points.Select((x, i) => Math.Abs(network[i] - f.LowPass(4).At(x))).Max(), points.Max(x => Math.Abs(f.At(x) - f.LowPass(4).At(x))));
        return new ClaimResult(
            "The network of all units with weights of at most 4 is the target through a low-pass, to 1e-4.", "8e-6, while the target is .42 away", Invariant($"{worst:0.0e0}, while the target is {lost:.00} away"),
            worst < 1e-4 ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, Invariant($"161 x 441 units by quadrature, {clock.Elapsed.TotalSeconds:0.0} s."));
    }

    private static IEnumerable<ClaimResult> Floors(ReproductionContext context)
    {
        var norm = Math.Sqrt(Bumps.SquaredNorm);
        double[] ranges = [1, 5, 20, 50, 100];
        yield return new ClaimResult(
            "Proven floors over the whole line, relative to the target, for coefficients that sum to 10, 1e3 and 1e7.", "1: .834 .799 .745; 5: .562 .548 .527; 20: .396 .320 .204; 50: .106 .030 .003; 100: 0",
            string.Join("; ", ranges.Select(range => Invariant($"{range}: {string.Join(" ", new[] { 10, 1e3, 1e7 }.Select(budget => (Ridgelet.BudgetFloor(Bumps, range, budget) / norm).ToString(".000", CultureInfo.InvariantCulture)))}"))), ClaimOutcome.Reported,
            $"Error of the band-limited reconstruction {string.Join(" ", ranges.Select(range => Invariant($"{Math.Sqrt(Ridgelet.LowPassError(Bumps, range)) / norm:.000}")))} (specification .957 .792 .570 .459 .298).");
        double[] line = [.. Enumerable.Range(0, 1500).Select(i => -10 + 21 * i / 1499.0)];
        double[] target = [.. line.Select(Bumps.At)];
        // The 1,500 points lie further apart than the narrow bumps are wide: errors there are not errors of the function.
        double[] fine = [.. Enumerable.Range(0, 42_001).Select(i => -10 + i / 2000.0)];
        var runs = ranges.Take(4).SelectMany(range => Enumerable.Range(0, Seeds).Select(seed =>
        {
            context.Cancellation.ThrowIfCancellationRequested();
            var units = RandomUnits.Draw(WeightDomain.Centred(range), FeatureActivation.Gaussian, 200, [-1, 2], 1, context.Seed + seed);
            var model = new RandomFeatureRegressor(new RandomFeatureOptions { Intercept = FeatureIntercept.None }).FitUnits(units, line, target);
            var error = Math.Sqrt(model.Predict(fine).Zip(fine, (value, x) => (value - Bumps.At(x)) * (value - Bumps.At(x))).Sum() / 2000);
            return (Range: range, Error: error / norm, AtPoints: model.ResidualNorm * Math.Sqrt(21 / 1499.0) / norm, Floor: Ridgelet.BudgetFloor(Bumps, range, model.CoefficientL1) / norm);
        })).ToArray();
        yield return new ClaimResult(
            "No fitted network beats its floor (3 seeds, 4 ranges), and with weights of at most 1 and 5 it comes within 15% of it.", ".791 over .741, .541 over .526, .330 over .189, .136 over .003",
            string.Join(", ", runs.GroupBy(run => run.Range).Select(group => Invariant($"{group.Average(run => run.Error):.000} over {group.Average(run => run.Floor):.000}"))),
            runs.All(run => run.Error >= run.Floor && (run.Range > 5 || run.Error <= 1.15 * run.Floor)) ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold,
            $"200 Gaussian units without intercept, fitted on 1,500 points of [-10, 11], errors integrated there over 42,000. At the 1,500 points alone, which are further apart than the narrow bumps are wide, they are {string.Join(" ", runs.GroupBy(run => run.Range).Select(group => Invariant($"{group.Average(run => run.AtPoints):.000}")))}, and can pass below the floor.");
    }

    private static (double Error, double L1) Mean(ReproductionContext context, FeatureActivation activation, double range, int neurons)
    {
        context.Progress?.Report(new ProgressUpdate($"bandlimited-features, {activation} {range}", double.NaN));
        var runs = new (double Error, double L1)[Seeds];
        Parallel.For(0, Seeds, new ParallelOptions { CancellationToken = context.Cancellation }, seed => runs[seed] = Fit(Bumps.At, activation, range, neurons, context.Seed + seed));
        var targets = Test.Select(Bumps.At).ToArray();
        var mean = targets.Average();
        var deviation = Math.Sqrt(targets.Average(value => (value - mean) * (value - mean)));
        return (runs.Average(run => run.Error) / deviation, runs.Select(run => run.L1).Order().ElementAt(Seeds / 2));
    }

    private static (double Error, double L1) Fit(Func<double, double> target, FeatureActivation activation, double range, int neurons, int seed)
    {
        var model = new RandomFeatureRegressor(new RandomFeatureOptions { Neurons = neurons, Domain = WeightDomain.Box(range), Activation = activation, Seed = seed }).Fit(Train, [.. Train.Select(target)]);
        var predicted = model.Predict(Test);
        return (Math.Sqrt(Test.Select((x, i) => (predicted[i] - target(x)) * (predicted[i] - target(x))).Average()), model.CoefficientL1);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
