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

    /// <summary>Rows grouped by class, ascending within each: class k lies at [starts[k], starts[k+1]).</summary>
    public (int[] Rows, int[] Starts) ByClass()
    {
        var starts = new int[Counts.Length + 1];
        for (var k = 0; k < Counts.Length; k++)
            starts[k + 1] = starts[k] + Counts[k];
        var next = starts[..^1];
        var rows = new int[Labels.Length];
        var labels = Labels.Span;
        for (var i = 0; i < labels.Length; i++)
            rows[next[labels[i]]++] = i;
        return (rows, starts);
    }
}
