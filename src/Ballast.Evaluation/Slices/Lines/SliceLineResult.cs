namespace Ballast.Evaluation.Slices.Lines;

/// <summary>The best slices of a table, and how far was looked.</summary>
/// <param name="Slices">Highest score first, then fewer predicates, then predicates in lexicographic order.</param>
/// <param name="Levels">Most predicates of any slice looked at; less than asked for where no slice was left to join, or a level had too many.</param>
/// <param name="StoppedBySize">Whether a level was left out because it had more than <see cref="SliceLineOptions.MaximumCandidates"/>.</param>
/// <param name="Evaluated">Slices whose rows were counted; all others were excluded by bounds.</param>
public sealed record SliceLineResult(IReadOnlyList<ScoredSlice> Slices, int Levels, bool StoppedBySize, long Evaluated);
