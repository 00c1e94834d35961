namespace Ballast.Data.LabelErrors;

/// <summary>What reviewers said of one row.</summary>
/// <param name="Row">0-based row of the test set.</param>
/// <param name="Given">The given label.</param>
/// <param name="Guessed">The label that the model guessed and reviewers were shown beside the given one.</param>
/// <param name="VotesGiven">Reviewers for the given label.</param>
/// <param name="VotesGuessed">Reviewers for the guess. They could choose both, so votes need not sum to the number of reviewers.</param>
public sealed record LabelVerdict(int Row, int Given, int Guessed, int VotesGiven, int VotesGuessed);

/// <summary>The part of a test set that a row belongs to once people have looked at it.</summary>
public enum RowVerdict : byte
{
    /// <summary>Never flagged, or the given label confirmed (the pruned set P).</summary>
    Benign,

    /// <summary>Given label wrong, reviewers agree on another (set C).</summary>
    Correctable,

    /// <summary>Given label wrong, no agreed other (set U); dropped from corrected accuracy.</summary>
    Unknown,
}
