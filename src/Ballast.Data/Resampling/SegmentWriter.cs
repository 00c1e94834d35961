using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>Writes rows on the segment between two rows of a dataset, whole-number columns rounded where asked.</summary>
internal sealed class SegmentWriter
{
    private readonly ReadOnlyMemory<float> features;
    private readonly int width;
    private readonly int[] whole;

    public SegmentWriter(Dataset data, SmoteOptions options)
    {
        (features, width) = (data.Features, data.Width);
        whole = options.RoundIntegerColumns ? WholeColumns(data) : [];
    }

    public void Write(int from, int to, double step, Span<float> destination)
    {
        var all = features.Span;
        var a = all.Slice(from * width, width);
        var b = all.Slice(to * width, width);
        for (var j = 0; j < destination.Length; j++)
            destination[j] = (float)SmoteCore.Between(a[j], b[j], step);
        foreach (var j in whole)
            destination[j] = (float)Math.Round(SmoteCore.Between(a[j], b[j], step), MidpointRounding.ToEven);
    }

    private static int[] WholeColumns(Dataset data)
    {
        var columns = Enumerable.Range(0, data.Width).ToList();
        for (var i = 0; i < data.Count && columns.Count > 0; i++)
        {
            var row = i;
            columns.RemoveAll(j => MathF.Floor(data.Row(row)[j]) != data.Row(row)[j]);
        }
        return [.. columns];
    }
}
