using Ballast.Core;

namespace Ballast.Robustness.Faults;

/// <summary>The inputs of a campaign, as the network sees them.</summary>
/// <param name="Features">[n, width], row-major.</param>
/// <param name="Count">n, at least 1.</param>
/// <param name="Labels">[n] class indices, or empty.</param>
public sealed record FaultInputs(ReadOnlyMemory<float> Features, int Count, ReadOnlyMemory<int> Labels = default)
{
    /// <summary>Numbers a row.</summary>
    public int Width => Features.Length / Guard.Positive(Count);

    /// <summary>Rows of a data set, with its labels.</summary>
    public static FaultInputs Of(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new FaultInputs(data.Features, data.Count, data.Labels);
    }

    /// <summary>One row.</summary>
    public ReadOnlySpan<float> Row(int row) => Features.Span.Slice(row * Width, Width);

    internal int LabelOf(int row) => Labels.IsEmpty ? -1 : Labels.Span[row];
}
