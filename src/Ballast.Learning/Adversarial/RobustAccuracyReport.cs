using Ballast.Core;
using Ballast.Numerics.Intervals;

namespace Ballast.Learning.Adversarial;

/// <summary>Clean and robust accuracy, in all and by class, each with Wilson's interval of 95%.</summary>
/// <remarks>Robust accuracy is an estimate from above: an attack not tried may break more. The certified share bounds the truth from below.</remarks>
/// <param name="Samples">What became of each sample, in order.</param>
/// <param name="Attacks">Names of the attacks, in the order they were tried.</param>
/// <param name="ClassCount">Classes K.</param>
public sealed record RobustAccuracyReport(IReadOnlyList<AttackedSample> Samples, IReadOnlyList<string> Attacks, int ClassCount)
{
    /// <summary>Share classified right as they are.</summary>
    public Estimate Clean => Share(Samples, IsRight);

    /// <summary>Share classified right as they are and at every point tried.</summary>
    public Estimate Robust => Share(Samples, sample => sample.Outcome == AttackOutcome.Survived);

    /// <summary>Samples at which the model gave no number.</summary>
    public int NotANumber => Samples.Count(sample => sample.Outcome == AttackOutcome.NotANumber);

    /// <summary>Samples of a class.</summary>
    public int CountOf(int label) => Samples.Count(sample => sample.Label == label);

    /// <summary>Share of a class classified right as they are.</summary>
    public Estimate CleanOf(int label) => Share(Samples.Where(sample => sample.Label == label), IsRight);

    /// <summary>Share of a class that survived.</summary>
    public Estimate RobustOf(int label) => Share(Samples.Where(sample => sample.Label == label), sample => sample.Outcome == AttackOutcome.Survived);

    /// <summary>Share of all samples that survived the attacks up to and with the one at <paramref name="attack"/>.</summary>
    public Estimate RobustAfter(int attack) => Share(Samples, sample => sample.Outcome == AttackOutcome.Survived || sample.BrokenBy > attack);

    private static bool IsRight(AttackedSample sample) => sample.Outcome == AttackOutcome.Survived || sample.BrokenBy is not null;

    private static Estimate Share(IEnumerable<AttackedSample> samples, Func<AttackedSample, bool> counts)
    {
        var all = samples.ToArray();
        return BinomialInterval.WilsonEstimate(all.Count(counts), all.Length);
    }
}
