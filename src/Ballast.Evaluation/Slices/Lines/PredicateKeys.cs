namespace Ballast.Evaluation.Slices.Lines;

/// <summary>Conjunctions as keys: arrays of positions, looked up by spans without allocating.</summary>
internal sealed class PredicateKeys : IEqualityComparer<int[]>, IAlternateEqualityComparer<ReadOnlySpan<int>, int[]>
{
    public static readonly PredicateKeys Instance = new();

    public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(int[] obj) => GetHashCode(obj.AsSpan());

    public bool Equals(ReadOnlySpan<int> alternate, int[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(ReadOnlySpan<int> alternate)
    {
        var hash = 17;
        foreach (var position in alternate)
            hash = unchecked(hash * -1640531535 + position);
        return hash;
    }

    public int[] Create(ReadOnlySpan<int> alternate) => alternate.ToArray();
}
