using Ballast.Core;
using Microsoft.Extensions.AI;

namespace Ballast.Evaluation.Slices.Language;

/// <summary>How <see cref="Ladder"/> works.</summary>
public sealed record LadderOptions
{
    /// <summary>Embeds sentences; null for TF-IDF of their words.</summary>
    public ITextEmbedding? Embedding { get; init; }

    /// <summary>A chat model that names attributes; null for the contrast of phrases, which needs none. With one, up to 2 <see cref="TopSentences"/> sentences of the user's a class leave this machine.</summary>
    public IChatClient? Chat { get; init; }

    /// <summary>What the model under study does, in a few words, for the chat model.</summary>
    public string Task { get; init; } = "classification";

    /// <summary>Sentences retrieved at each end of the difference; 50 by default.</summary>
    public int TopSentences { get => topSentences; init => topSentences = Guard.Positive(value, nameof(TopSentences)); }

    /// <summary>Percentile of an attribute's scores over all rows from which it counts as present, 0 to 100; 75 by default (the authors' value; 50 where it marks half of the rows).</summary>
    public double Percentile { get => percentile; init => percentile = Guard.InRange(value, 0.0, 100.0, nameof(Percentile)); }

    /// <summary>The aligner's ridge penalty; null to choose it by cross-validation.</summary>
    public double? Penalty { get => penalty; init => penalty = value is { } given ? Guard.Positive(given, nameof(Penalty)) : null; }

    /// <summary>Right rows, and wrong rows, that a class must have; 10 by default.</summary>
    public int MinimumRows { get => minimumRows; init => minimumRows = Guard.Positive(value, nameof(MinimumRows)); }

    /// <summary>Hypotheses at each end of each class at most; 10 by default.</summary>
    public int MaximumHypotheses { get => maximumHypotheses; init => maximumHypotheses = Guard.Positive(value, nameof(MaximumHypotheses)); }

    /// <summary>Seed of the folds and permutations.</summary>
    public long Seed { get; init; }

    private readonly int topSentences = 50;
    private readonly double percentile = 75;
    private readonly double? penalty;
    private readonly int minimumRows = 10;
    private readonly int maximumHypotheses = 10;
}
