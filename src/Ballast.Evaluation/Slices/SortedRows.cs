namespace Ballast.Evaluation.Slices;

/// <summary>Sets of rows as ascending positions.</summary>
internal static class SortedRows
{
    /// <summary>How many positions both sets hold.</summary>
    public static int Shared(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        var shared = 0;
        for (var (i, j) = (0, 0); i < a.Length && j < b.Length;)
        {
            var (x, y) = (a[i], b[j]);
            shared += x == y ? 1 : 0;
            i += x <= y ? 1 : 0;
            j += y <= x ? 1 : 0;
        }
        return shared;
    }
}
