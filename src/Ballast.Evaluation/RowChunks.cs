namespace Ballast.Evaluation;

/// <summary>Splits rows into chunks of fixed size and works on them in parallel: sums over chunks are the same for any number of threads.</summary>
internal static class RowChunks
{
    private const int Size = 1 << 14;

    /// <summary>One result a chunk, in the order of the rows.</summary>
    public static T[] Map<T>(int rows, Func<int, int, T> work)
    {
        var results = new T[(rows + Size - 1) / Size];
        if (results.Length == 1)
            results[0] = work(0, rows);
        else
            Parallel.For(0, results.Length, c => results[c] = work(c * Size, Math.Min(rows, (c + 1) * Size)));
        return results;
    }
}
