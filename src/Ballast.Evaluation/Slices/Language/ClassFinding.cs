namespace Ballast.Evaluation.Slices.Language;

/// <summary>What was seen in one class.</summary>
/// <param name="Class">The class.</param>
/// <param name="Right">Rows that the model got right.</param>
/// <param name="Wrong">Rows that it got wrong.</param>
public sealed record ClassFinding(int Class, int Right, int Wrong)
{
    /// <summary>Why nothing was sought here; null where something was.</summary>
    public string? Skipped { get; init; }

    /// <summary>Where right and wrong rows differ; null where nothing was sought.</summary>
    public LanguageDifference? Difference { get; init; }

    /// <summary>Permutation p-value of the length of the difference; null where nothing was sought.</summary>
    public double? PValue { get; init; }

    /// <summary>The sentences nearest to the right rows, the nearest first. With a chat model these, and <see cref="LowSentences"/>, were sent.</summary>
    public IReadOnlyList<string> HighSentences { get; init; } = [];

    /// <summary>The sentences nearest to the wrong rows.</summary>
    public IReadOnlyList<string> LowSentences { get; init; } = [];

    /// <summary>Whether the sentences were sent to a chat model.</summary>
    public bool WereSent { get; init; }
}
