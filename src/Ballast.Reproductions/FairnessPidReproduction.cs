using Ballast.Core;
using Ballast.Evaluation.Fairness;
using Ballast.Reproductions.Fairness;

namespace Ballast.Reproductions;

/// <summary>Local and global disparity (Hamman and Dutta 2024): which part of a federated model's disparity is unique, redundant and masked, and what accuracy is left under limits on it.</summary>
/// <remarks>Adult, sex as the group, two clients drawn in three ways, logistic regression by federated averaging, three seeds; the frontier on the whole table.</remarks>
public sealed class FairnessPidReproduction : IReproduction
{
    private const int Seeds = 3;

    private static readonly (double Global, double Local)[] limits = [(1, 1), (1e-4, 1), (1, 1e-4), (1e-4, 1e-4)];

    private enum Assignment
    {
        Uniform,
        Heterogeneous,
        Synergy,
    }

    /// <inheritdoc/>
    public string Slug => "fairness-pid";

    /// <inheritdoc/>
    public IReadOnlyList<ClaimResult> Run(ReproductionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (AdultRows.Read(context) is not { } adult)
            return [new ClaimResult("Adult, two clients: disparity is unique, redundant or masked as the clients are drawn", "-", "-", ClaimOutcome.Skipped, "adult/adult.csv is not in the data folder.")];
        var runs = new List<(Assignment Clients, DisparityDecomposition Parts, double Accuracy)>();
        var frontiers = new Dictionary<(Assignment, FrontierKind), double[]>();
        var neverBeaten = true;
        foreach (var assignment in Enum.GetValues<Assignment>())
            for (var seed = context.Seed; seed < context.Seed + Seeds; seed++)
            {
                context.Progress?.Report(new ProgressUpdate($"{assignment} clients, seed {seed}", runs.Count / 9.0));
                var clients = Clients(adult, assignment, seed);
                var (train, test) = adult.Split(seed);
                var decided = FederatedLogistic.FitAndDecide(adult.Features, adult.Width, adult.Label, [.. Enumerable.Range(0, 2).Select(s => train.Where(i => clients[i] == s).ToArray())], context.Cancellation);
                runs.Add((assignment, DisparityDecomposition.Compute(Table(adult, clients, decided, test)), test.Average(i => decided[i] == adult.Label[i] ? 1.0 : 0)));

                var whole = Table(adult, clients, decided, [.. Enumerable.Range(0, adult.Count)]);
                var own = DisparityDecomposition.Compute(whole);
                var accuracy = Enumerable.Range(0, adult.Count).Average(i => decided[i] == adult.Label[i] ? 1.0 : 0);
                neverBeaten &= FairnessFrontier.Solve(whole, own.Global, own.Local, cancellation: context.Cancellation).Accuracy >= accuracy - 1e-6;
                if (seed == context.Seed && assignment != Assignment.Uniform)
                    foreach (var kind in Enum.GetValues<FrontierKind>())
                        frontiers[(assignment, kind)] = [.. limits.Select(limit => FairnessFrontier.Solve(whole, limit.Global, limit.Local, kind, context.Cancellation).Accuracy)];
            }
        return [.. Parts(runs), .. Frontiers(frontiers, neverBeaten), Identities(runs)];
    }

    private static IEnumerable<ClaimResult> Parts(List<(Assignment Clients, DisparityDecomposition Parts, double Accuracy)> runs)
    {
        ClaimResult Claim(Assignment assignment, string claim, string figure, Func<DisparityDecomposition, bool> holds)
        {
            var own = runs.Where(run => run.Clients == assignment).ToArray();
            string Range(Func<(Assignment Clients, DisparityDecomposition Parts, double Accuracy), double> of, string format) =>
                $"{own.Min(of).ToString(format)} to {own.Max(of).ToString(format)}";
            return new ClaimResult(claim, figure,
                $"unique {Range(r => r.Parts.Unique, "0.0000")}, redundant {Range(r => r.Parts.Redundant, "0.0000")}, masked {Range(r => r.Parts.Masked, "0.0000")} bits; accuracy {Range(r => r.Accuracy, "0.000")} ({Seeds} seeds)",
                own.All(run => holds(run.Parts)) ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold, $"Noise floors: {own[0].Parts.GlobalNoiseFloor:0.00000} bits global, {own[0].Parts.LocalNoiseFloor:0.00000} local.");
        }

        yield return Claim(Assignment.Uniform, "Clients that are alike: over 95% of the global disparity is unique", "unique .035-.042, the others at most .0003 bits; accuracy .842-.848",
            parts => parts.Unique > 0.95 * parts.Global);
        yield return Claim(Assignment.Heterogeneous, "Clients with strongly different shares of men: over 95% of the global disparity is redundant, and more than 1.5 times what is masked",
            "unique 0, redundant .032-.043, masked .015-.019 bits; accuracy .842-.856", parts => parts.Redundant > 0.95 * parts.Global && parts.Redundant > 1.5 * parts.Masked);
        yield return Claim(Assignment.Synergy, "Clients that hold men with and women without high income, or the reverse: more than twice the redundant disparity is masked",
            "unique 0, redundant .031-.042, masked .121-.133 bits; accuracy .842-.856", parts => parts.Redundant > 0.95 * parts.Global && parts.Masked > 2 * parts.Redundant);
    }

    private static IEnumerable<ClaimResult> Frontiers(Dictionary<(Assignment, FrontierKind), double[]> frontiers, bool neverBeaten)
    {
        (Assignment Clients, double[] Expected)[] known = [(Assignment.Heterogeneous, [1, .939, .983, .939]), (Assignment.Synergy, [1, .939, .789, .788])];
        string Show(double[] values) => string.Join(" / ", values.Select(value => value.ToString("0.000")));
        foreach (var (assignment, expected) in known)
        {
            var best = frontiers[(assignment, FrontierKind.AnyPredictor)];
            var monotone = best[0] >= best[1] - 1e-6 && best[0] >= best[2] - 1e-6 && best[1] >= best[3] - 1e-6 && best[2] >= best[3] - 1e-6;
            yield return new ClaimResult(
                $"Frontier, {assignment.ToString().ToLowerInvariant()} clients, any predictor: global parity costs {(assignment == Assignment.Heterogeneous ? "more" : "less")} accuracy than local parity (limits 1/1, .0001/1, 1/.0001, .0001/.0001 bits)",
                Show(expected), Show(best),
                monotone && best.Zip(expected).All(pair => Math.Abs(pair.First - pair.Second) <= 0.01) ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold,
                "Limits of any predictor on this population, not models; whole table, one draw of the clients.");
            yield return new ClaimResult(
                $"Frontier, {assignment.ToString().ToLowerInvariant()} clients, post-processing of the federated model (same limits)",
                assignment == Assignment.Heterogeneous ? ".849 / .802 / .840 / .802" : "none given", Show(frontiers[(assignment, FrontierKind.PostProcessing)]), ClaimOutcome.Reported);
        }
        yield return new ClaimResult("No trained model beats the frontier at its own two disparities", "err <= the model's, all runs", neverBeaten ? "none of 9 does" : "some do", neverBeaten ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold);
    }

    private static ClaimResult Identities(List<(Assignment Clients, DisparityDecomposition Parts, double Accuracy)> runs)
    {
        var worst = runs.Max(run => Math.Max(Math.Abs(run.Parts.Global - run.Parts.Unique - run.Parts.Redundant), Math.Abs(run.Parts.Local - run.Parts.Unique - run.Parts.Masked)));
        var gap = runs.Max(run => run.Parts.DualGap);
        return new ClaimResult("Unique + redundant = global, unique + masked = local, and the minimum is certified", "1e-6 bits",
            $"identities to {worst:0.0e+0}, dual gap at most {gap:0.0e+0} bits", worst < 1e-6 && gap < 1e-6 ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold);
    }

    private static int[] Clients(AdultRows adult, Assignment assignment, int seed)
    {
        var random = RandomStream.For(seed, "adult clients", (long)assignment);
        return [.. Enumerable.Range(0, adult.Count).Select(i =>
        {
            var u = random.NextDouble();
            var preferred = assignment == Assignment.Heterogeneous ? adult.Group[i] : adult.Group[i] ^ adult.Label[i];
            return assignment == Assignment.Uniform ? (u < 0.5 ? 0 : 1) : u < 0.9 ? preferred : 1 - preferred;
        })];
    }

    private static JointDistribution Table(AdultRows adult, int[] clients, int[] decided, int[] rows) => JointDistribution.FromRows(
        [.. rows.Select(i => adult.Group[i])], [.. rows.Select(i => clients[i])], [.. rows.Select(i => decided[i])], [.. rows.Select(i => adult.Label[i])]);
}
