using Ballast.Core;

namespace Ballast.Evaluation.Slices.Lines;

/// <summary>What SliceLine looks for.</summary>
public sealed record SliceLineOptions
{
    /// <summary>Weight of the error against the size, in (0, 1]; 0.95 by default.</summary>
    public double Alpha { get => alpha; init => alpha = value > 0 && value <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Alpha), value, "Alpha must lie in (0, 1]."); }

    /// <summary>Rows that a slice must have; null for max(32, n/100 rounded up).</summary>
    public int? MinimumSupport { get => minimumSupport; init => minimumSupport = value is { } rows ? Guard.Positive(rows, nameof(MinimumSupport)) : null; }

    /// <summary>Predicates that a slice may have, at least 1; 3 by default.</summary>
    public int MaximumPredicates { get => maximumPredicates; init => maximumPredicates = Guard.Positive(value, nameof(MaximumPredicates)); }

    /// <summary>Slices to keep; 10 by default.</summary>
    public int TopSlices { get => topSlices; init => topSlices = Guard.Positive(value, nameof(TopSlices)); }

    /// <summary>Slices that one level may have to look at; a level with more is not begun, and the result says so. No limit by default.</summary>
    public long MaximumCandidates { get => maximumCandidates; init => maximumCandidates = Guard.Positive(value, nameof(MaximumCandidates)); }

    /// <summary>The support asked of n rows.</summary>
    public int SupportOf(int rows) => MinimumSupport ?? Math.Max(32, (rows + 99) / 100);

    private readonly double alpha = 0.95;
    private readonly int? minimumSupport;
    private readonly int maximumPredicates = 3;
    private readonly int topSlices = 10;
    private readonly long maximumCandidates = long.MaxValue;
}
