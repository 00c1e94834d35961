namespace Ballast.Cli.Commands;

/// <summary>What the numbers of a file are.</summary>
internal enum ScoreKind
{
    /// <summary>Probabilities that sum to 1 in each row.</summary>
    Probabilities,

    /// <summary>Scores whose softmax are probabilities.</summary>
    Logits,
}
