using Ballast.Core;
using Ballast.Evaluation.Metrics;
using Ballast.Numerics.Intervals;

namespace Ballast.Learning.LongTail;

/// <summary>A candidate's figures over its repetitions.</summary>
/// <remarks>Intervals are Student's over seeds, which say how far training varies; of a single seed they are bootstrap intervals over test rows.</remarks>
public sealed class CandidateResult
{
    private readonly ShotGroups groups;
    private readonly LongTailReport? single;

    internal CandidateResult(LongTailCandidate candidate, IReadOnlyList<CandidateRun> runs, ShotGroups groups, ReadOnlySpan<int> labels)
    {
        (Candidate, Runs, this.groups) = (candidate, runs, groups);
        if (runs.Count == 1)
            single = LongTailReport.From(labels, runs[0].Decisions.ToArray(), groups);
    }

    /// <summary>The candidate.</summary>
    public LongTailCandidate Candidate { get; }

    /// <summary>One a seed, in the seeds' order.</summary>
    public IReadOnlyList<CandidateRun> Runs { get; }

    /// <summary>Mean of the classes' recalls.</summary>
    public Estimate BalancedAccuracy => single?.Classes[MulticlassMetric.BalancedAccuracy] ?? Share(run => run.Test[MulticlassMetric.BalancedAccuracy]);

    /// <summary>Mean of the classes' F1.</summary>
    public Estimate MacroF1 => single?.Classes[MulticlassMetric.MacroF1] ?? Share(run => run.Test[MulticlassMetric.MacroF1]);

    /// <summary>Recall of class k.</summary>
    public Estimate Recall(int k) => single?.Classes.Recall(k) ?? Share(run => run.Test.Recall(k));

    /// <summary>Mean recall of a group's classes; null where none of them has a test row.</summary>
    public Estimate? this[Shot shot] => single is not null ? single[shot]
        : double.IsNaN(Recall(Runs[0], shot)) ? null : Share(run => Recall(run, shot));

    /// <summary>Mean balanced accuracy on the validation rows; null where there are none.</summary>
    public double? ValidationAccuracy => Runs.All(run => run.Validation is not null) ? Runs.Average(run => run.Validation![MulticlassMetric.BalancedAccuracy]) : null;

    /// <summary>A figure over the seeds.</summary>
    public Estimate Over(Func<CandidateRun, double> figure) => MeanInterval.Student([.. Runs.Select(figure)]);

    /// <summary>How much larger a figure is than a baseline's, seed by seed.</summary>
    /// <exception cref="ArgumentException">The two have other seeds.</exception>
    public Estimate GainOver(CandidateResult baseline, Func<CandidateRun, double> figure)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        if (!Runs.Select(run => run.Seed).SequenceEqual(baseline.Runs.Select(run => run.Seed)))
            throw new ArgumentException("The two have other seeds, so they cannot be paired.", nameof(baseline));
        return MeanInterval.Student([.. Runs.Zip(baseline.Runs, (own, other) => figure(own) - figure(other))]);
    }

    /// <summary>Gain in the mean recall of a group's classes, seed by seed.</summary>
    /// <exception cref="ArgumentException">The two have other seeds.</exception>
    public Estimate GainOver(CandidateResult baseline, Shot shot) => GainOver(baseline, run => Recall(run, shot));

    // No share lies outside [0, 1], although Student's interval does not know.
    private Estimate Share(Func<CandidateRun, double> figure)
    {
        var over = Over(figure);
        return over with { Interval = over.Interval with { Low = Math.Max(0, over.Interval.Low), High = Math.Min(1, over.Interval.High) } };
    }

    private double Recall(CandidateRun run, Shot shot) => LongTailReport.MeanRecall(run.Test, groups, shot);
}
