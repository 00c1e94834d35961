namespace Ballast.Data.LabelErrors;

/// <summary>Rows whose label is probably wrong. They are candidates for a person to look at, not errors: about half were none in the paper's benchmarks.</summary>
public sealed class LabelIssues
{
    private readonly ReadOnlyMemory<int> labels;

    internal LabelIssues(ReadOnlyMemory<int> labels) => this.labels = labels;

    /// <summary>n flags: whether a row's label is suspected.</summary>
    public required bool[] Mask { get; init; }

    /// <summary>Positions of the flagged rows, lowest quality first, ties by row.</summary>
    public required int[] Ranked { get; init; }

    /// <summary>n scores by <see cref="LabelIssueOptions.RankBy"/> in [0,1]; low is suspicious.</summary>
    public required double[] Quality { get; init; }

    /// <summary>The most probable class of every row, the first on ties; the given label where the model agrees with it.</summary>
    public required int[] SuggestedLabel { get; init; }

    /// <summary>Confident thresholds t, K values; 2 for a class without rows.</summary>
    public required double[] Thresholds { get; init; }

    /// <summary>Rows of each given class, K values.</summary>
    public required int[] ClassCounts { get; init; }

    /// <summary>Estimated rows by [given, true] class; row sums equal the class counts.</summary>
    public required int[,] CalibratedJoint { get; init; }

    /// <summary>True class shares and noise rates estimated from <see cref="CalibratedJoint"/>.</summary>
    public required LatentEstimate Latent { get; init; }

    /// <summary>Estimated number of wrong labels by <see cref="IssueCountMethod.OffDiagonal"/>.</summary>
    public required int EstimatedIssues { get; init; }

    /// <summary>Probabilities that lay a hair outside [0,1] and were clipped.</summary>
    public required int ClippedProbabilities { get; init; }

    /// <summary>Classes that the prune filters left alone because they have too few rows, ascending.</summary>
    public required int[] SkippedClasses { get; init; }

    /// <summary>What a user must know about this result, as sentences.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The suspects of every class, at most <paramref name="most"/> each.</summary>
    /// <param name="most">Rows listed a class, at least 1.</param>
    public IReadOnlyList<ClassSuspects> ByClass(int most = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var given = labels.Span;
        var classes = ClassCounts.Length;
        var flagged = new List<int>[classes];
        var disputed = new List<int>[classes];
        for (var k = 0; k < classes; k++)
            (flagged[k], disputed[k]) = ([], []);
        foreach (var row in Ranked)
            flagged[given[row]].Add(row);
        for (var i = 0; i < given.Length; i++)
            if (!Mask[i] && SuggestedLabel[i] != given[i] && flagged[given[i]].Count < most)
                disputed[given[i]].Add(i);

        return [.. Enumerable.Range(0, classes).Select(k => new ClassSuspects(
            k, ClassCounts[k], flagged[k].Count, ClassCounts[k] == 0 ? 0 : ClassCounts[k] - CalibratedJoint[k, k],
            [.. flagged[k].Concat(disputed[k].OrderBy(row => Quality[row])).Take(most)]))];
    }
}
