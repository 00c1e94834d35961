namespace Ballast.Evaluation.Slices;

/// <summary>Proposes slices from some rows alone; <see cref="SliceFinder"/> tests them on others.</summary>
public interface ISliceSearch
{
    /// <summary>Rows that the search knows.</summary>
    int Count { get; }

    /// <summary>Candidates found on <paramref name="searchRows"/>, the most promising first; the losses of other rows must not be looked at.</summary>
    /// <param name="losses">The loss of every row.</param>
    /// <param name="searchRows">Positions to search on, ascending.</param>
    /// <param name="options">Sizes wanted.</param>
    /// <param name="cancellation">Stops the work.</param>
    IReadOnlyList<SliceCandidate> Propose(ReadOnlyMemory<double> losses, int[] searchRows, SliceFinderOptions options, CancellationToken cancellation);
}
