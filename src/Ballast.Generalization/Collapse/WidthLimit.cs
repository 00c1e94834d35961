namespace Ballast.Generalization.Collapse;

/// <summary>Which classes a network of width r below K can serve: the r largest; classes tied at the boundary share what directions are left.</summary>
internal sealed class WidthLimit
{
    private readonly int[] counts;
    private readonly int boundary;          // the count of the r-th largest class
    private readonly double boundaryShare;  // share of the classes of that count that get a direction

    public WidthLimit(int[] counts, int width)
    {
        this.counts = counts;
        if (width >= counts.Length)
        {
            boundaryShare = 1;
            return;
        }
        boundary = counts.OrderDescending().ElementAt(width - 1);
        var (larger, tied) = (counts.Count(count => count > boundary), counts.Count(count => count == boundary));
        boundaryShare = (width - larger) / (double)tied;
    }

    /// <summary>Share of a direction that class <paramref name="k"/> gets: 1, 0, or a fraction among tied classes.</summary>
    public double Share(int k) => counts[k] > boundary ? 1 : counts[k] == boundary ? boundaryShare : 0;

    /// <summary>The fate of a class that weight decay alone would let live.</summary>
    public ClassFate FateOf(int k) => Share(k) switch
    {
        1 => ClassFate.Survives,
        0 => ClassFate.BeyondWidth,
        _ => ClassFate.Undetermined,
    };
}
