using Ballast.Core;

namespace Ballast.Data.LabelErrors;

/// <summary>Given labels, checked once against their predictions, with the counts of every class.</summary>
internal sealed class LabelColumn
{
    private LabelColumn(ReadOnlyMemory<int> labels, int[] counts) => (Labels, Counts) = (labels, counts);

    public ReadOnlyMemory<int> Labels { get; }

    /// <summary>Rows of each class 0..K-1.</summary>
    public int[] Counts { get; }

    public static LabelColumn Check(ReadOnlyMemory<int> labels, Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        Guard.SameLength(predictions.Count, labels.Length, nameof(predictions), nameof(labels));
        var counts = new int[predictions.Classes];
        var span = labels.Span;
        for (var i = 0; i < span.Length; i++)
        {
            if ((uint)span[i] >= (uint)counts.Length)
                throw new ArgumentException($"Row {i + 1}: label {span[i]} lies outside 0..{counts.Length - 1}.", nameof(labels));
            counts[span[i]]++;
        }
        if (counts.Count(c => c > 0) < 2)
            throw new ArgumentException("Label errors need rows of at least 2 different labels.", nameof(labels));
        return new LabelColumn(labels, counts);
    }

    /// <summary>Rows grouped by class: all of them, or those with a finding.</summary>
    /// <param name="findings">One a row; null: all rows.</param>
    /// <param name="wanted">The finding that a row must have.</param>
    public RowIndex ByClass(RowFindings[]? findings = null, RowFindings wanted = RowFindings.None)
    {
        var starts = new int[Counts.Length + 1];
        var labels = Labels.Span;
        for (var i = 0; i < labels.Length; i++)
            if (findings is null || (findings[i] & wanted) != 0)
                starts[labels[i] + 1]++;
        for (var k = 0; k < Counts.Length; k++)
            starts[k + 1] += starts[k];
        var next = starts[..^1];
        var rows = new int[starts[^1]];
        for (var i = 0; i < labels.Length; i++)
            if (findings is null || (findings[i] & wanted) != 0)
                rows[next[labels[i]]++] = i;
        return new RowIndex(rows, starts);
    }
}

/// <summary>Rows grouped by class, ascending within each: those of class k lie at [Starts[k], Starts[k+1]).</summary>
internal sealed record RowIndex(int[] Rows, int[] Starts)
{
    public ReadOnlySpan<int> Of(int classIndex) => Rows.AsSpan(Starts[classIndex]..Starts[classIndex + 1]);
}
