namespace Ballast.Data.LabelErrors;

/// <summary>Cuts the rows into pieces whose borders depend on the data's shape alone, so that sums come out alike on any number of threads.</summary>
internal readonly record struct RowChunks(int Rows, int Size)
{
    // Pieces of about 64K values keep both cores busy and the per-class partial results small beside them.
    public static RowChunks For(int rows, int classes) => new(rows, Math.Max(256, 65_536 / classes));

    public int Count => (Rows + Size - 1) / Size;

    public (int Start, int End) this[int index] => (index * Size, Math.Min(Rows, (index + 1) * Size));
}
