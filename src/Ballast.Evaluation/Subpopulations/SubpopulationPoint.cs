namespace Ballast.Evaluation.Subpopulations;

/// <summary>One trained model: its right answers in the majority and in the minority group.</summary>
public readonly record struct SubpopulationPoint
{
    /// <summary>Makes a point.</summary>
    /// <param name="majorityCorrect">Right answers in the majority, 0 to <paramref name="majorityTotal"/>.</param>
    /// <param name="majorityTotal">Rows of the majority, at least 1.</param>
    /// <param name="minorityCorrect">Right answers in the minority, 0 to <paramref name="minorityTotal"/>.</param>
    /// <param name="minorityTotal">Rows of the minority, at least 1.</param>
    /// <param name="run">The training run, where several checkpoints of one run are points: they are not independent. Null for a run of its own.</param>
    /// <exception cref="ArgumentException">A group has no rows, or more right answers than rows, or fewer than none.</exception>
    public SubpopulationPoint(int majorityCorrect, int majorityTotal, int minorityCorrect, int minorityTotal, int? run = null)
    {
        Check(majorityCorrect, majorityTotal, "majority");
        Check(minorityCorrect, minorityTotal, "minority");
        (MajorityCorrect, MajorityTotal, MinorityCorrect, MinorityTotal, Run) = (majorityCorrect, majorityTotal, minorityCorrect, minorityTotal, run);
    }

    /// <summary>Right answers in the majority.</summary>
    public int MajorityCorrect { get; }

    /// <summary>Rows of the majority.</summary>
    public int MajorityTotal { get; }

    /// <summary>Right answers in the minority.</summary>
    public int MinorityCorrect { get; }

    /// <summary>Rows of the minority.</summary>
    public int MinorityTotal { get; }

    /// <summary>The training run; null for one of its own.</summary>
    public int? Run { get; }

    /// <summary>acc+, 0 to 1.</summary>
    public double MajorityAccuracy => (double)MajorityCorrect / MajorityTotal;

    /// <summary>acc-, 0 to 1.</summary>
    public double MinorityAccuracy => (double)MinorityCorrect / MinorityTotal;

    private static void Check(int correct, int total, string group)
    {
        if (total < 1)
            throw new ArgumentException($"The {group} group has {total} rows; at least 1 is needed.");
        if (correct < 0 || correct > total)
            throw new ArgumentException($"The {group} group has {correct} right answers of {total}.");
    }
}
