namespace Ballast.Data.Duplicates;

/// <summary>Rows as sums (exclusive or) of a hash a cell, so that rows equal outside given columns are found without comparing pairs.</summary>
/// <remarks>64-bit keys of at most millions of rows collide with probability below 1e-6.</remarks>
internal sealed class CellHashes
{
    private readonly ulong[][] cells;
    private readonly ulong[] whole;

    /// <summary>Hashes <paramref name="rows"/> of columns given as codes that are equal exactly where values are.</summary>
    public CellHashes(int[][] codes, int[] rows)
    {
        whole = new ulong[rows.Length];
        cells = new ulong[codes.Length][];
        for (var c = 0; c < codes.Length; c++)
        {
            var column = cells[c] = new ulong[rows.Length];
            for (var i = 0; i < column.Length; i++)
                whole[i] ^= column[i] = Mix(((ulong)(uint)codes[c][rows[i]] << 32) | (uint)c);
        }
    }

    /// <summary>Places of rows sorted so that rows equal outside the columns <paramref name="a"/> and <paramref name="b"/> are adjacent, with their keys.</summary>
    public (ulong[] Keys, int[] Places) GroupWithout(int a, int b)
    {
        var keys = new ulong[whole.Length];
        for (var i = 0; i < keys.Length; i++)
            keys[i] = whole[i] ^ cells[a][i] ^ (a == b ? 0 : cells[b][i]);
        int[] places = [.. Enumerable.Range(0, keys.Length)];
        Array.Sort(keys, places);
        return (keys, places);
    }

    /// <summary>Where the run of equal keys that begins at <paramref name="start"/> ends.</summary>
    public static int EndOfRun(ulong[] keys, int start)
    {
        var end = start + 1;
        while (end < keys.Length && keys[end] == keys[start])
            end++;
        return end;
    }

    // The finaliser of SplitMix64.
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
