using Ballast.Core;
using Ballast.Evaluation.Slices.Language;
using Ballast.Learning.Training;
using Ballast.Reproductions.Language;

namespace Ballast.Reproductions;

/// <summary>LADDER (Ghosh et al. 2025): is a bias named in words, and does refitting the last layer by those words mend it?</summary>
/// <remarks>Digits below and from 5 with a background whose brightness goes with the label in 95% of the training rows; captions name it among four things of no account; five seeds.</remarks>
public sealed class LadderReproduction : IReproduction
{
    private const int Seeds = 5;
    private const double Unbiased = 0.5, Biased = 0.8;

    private static readonly string[] attributes = ["dark", "bright"];

    /// <inheritdoc/>
    public string Slug => "ladder";

    /// <inheritdoc/>
    public IReadOnlyList<ClaimResult> Run(ReproductionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Cancellation.ThrowIfCancellationRequested();
        if (Digits.Find(context.DataFolder) is not { } digits)
            return [new("The true bias is named first, and refitting the last layer by it mends the worst group", "-", "-", ClaimOutcome.Skipped, Digits.AbsentReason)];
        var runs = new BiasRun[2 * Seeds];
        var done = 0;
        using var threads = TorchThreads.Use(1);
        Parallel.For(0, runs.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = context.Cancellation }, i =>
        {
            runs[i] = BiasRun.Of(digits, i < Seeds ? Unbiased : Biased, context.Seed + i % Seeds, context.Cancellation);
            context.Progress?.Report(new ProgressUpdate("seeds", (double)Interlocked.Increment(ref done) / runs.Length));
        });
        BiasRun[] fair = runs[..Seeds], biased = runs[Seeds..];
        return [Named(fair), WorstGroup(fair), Overall(fair), Others(fair, biased), Confirmation(fair)];
    }

    private static ClaimResult Named(BiasRun[] runs)
    {
        var named = runs.Sum(run => attributes.Index().Count(attribute => First(run, attribute.Index)?.Hypothesis.Attribute.Contains(attribute.Item, StringComparison.Ordinal) == true));
        var first = First(runs[0], 0);
        return new("The first hypothesis of each class names the true attribute in at least 8 of 10", "10 of 10", $"{named} of {2 * Seeds}", Outcome(named >= 8),
            $"aligner R2 {Spread(runs, run => run.Report.AlignerR2!.Value)}; class 'low', first seed: \"{first?.Hypothesis.Attribute}\", accuracy {first?.Present} with and {first?.Absent} without it");
    }

    private static ClaimResult WorstGroup(BiasRun[] runs)
    {
        double[] gains = [.. runs.Select(run => After(run) - Before(run))];
        return new("The worst group's accuracy on test rows rises by at least .15 on average and in every seed, without group labels", ".195 to .465 before, .750 to .855 after; second implementation .41 to .67, .80 to .86",
            $"{Spread(runs, Before)} to {Spread(runs, After)}; gains {string.Join("/", gains.Select(gain => $"{gain:.000}"))}", Outcome(gains.Average() >= 0.15 && gains.Min() > 0), $"{Seeds} seeds, mean (lowest to highest)");
    }

    private static ClaimResult Overall(BiasRun[] runs) => new(
        "Overall accuracy is not lower (means)", ".68 to .88; second implementation .78 to .90", $"{Spread(runs, run => run.Ladder.Overall.Before.Value)} to {Spread(runs, run => run.Ladder.Overall.After.Value)}",
        Outcome(runs.Average(run => run.Ladder.Overall.After.Value) >= runs.Average(run => run.Ladder.Overall.Before.Value)), $"{Seeds} seeds");

    private static ClaimResult Others(BiasRun[] fair, BiasRun[] biased)
    {
        string Row(BiasRun[] runs) => $"LADDER {Spread(runs, After)}, " + string.Join(", ", runs[0].Others.Keys.Where(name => Array.TrueForAll(runs, run => run.Others.ContainsKey(name)))
            .Select(name => $"{name} {Spread(runs, run => run.Others[name])}"));
        return new("Refitting the last layer to the whole validation split does as well in the worst group; what LADDER adds is the bias's name", "unbiased split .799 and .820, split biased to .8 .658 and .647 (8 seeds)",
            $"unbiased: {Row(fair)}; biased: before {Spread(biased, Before)}, {Row(biased)}", ClaimOutcome.Reported, "worst group's accuracy on test rows; known groups and pseudo-groups as named, all heads on the same representations");
    }

    private static ClaimResult Confirmation(BiasRun[] runs) => new(
        "Slices found on half of the validation rows are confirmed by the other half", "no figure",
        $"{runs.Sum(run => run.SlicesOnOtherHalf.Confirmed)} of {runs.Sum(run => run.SlicesOnOtherHalf.Found)}; on all rows {Spread(runs, run => run.Report.Hypotheses.Count(test => test.IsConfirmed), "0.0")} of {runs.Average(run => run.Report.Hypotheses.Count):0.0} hypotheses, "
        + $"{Spread(runs, run => run.Report.Slices.Count, "0.0")} slices after merging", ClaimOutcome.Reported, "test with Holm's correction");

    private static TestedHypothesis? First(BiasRun run, int classIndex) => run.Report.Hypotheses.FirstOrDefault(test => test.Class == classIndex && test.Hypothesis.End == HypothesisEnd.High);

    private static double Before(BiasRun run) => run.Ladder.WorstGroup!.Value.Before.Value;

    private static double After(BiasRun run) => run.Ladder.WorstGroup!.Value.After.Value;

    private static string Spread(BiasRun[] runs, Func<BiasRun, double> of, string format = ".000") =>
        $"{runs.Average(of).ToString(format)} ({runs.Min(of).ToString(format)} to {runs.Max(of).ToString(format)})";

    private static ClaimOutcome Outcome(bool holds) => holds ? ClaimOutcome.Holds : ClaimOutcome.DoesNotHold;
}
