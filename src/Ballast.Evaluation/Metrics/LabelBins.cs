using Ballast.Core;

namespace Ballast.Evaluation.Metrics;

/// <summary>Bins of equal width along a real label; labels outside count in the end bins.</summary>
/// <param name="Origin">Lower end of bin 0.</param>
/// <param name="Width">Width of a bin, greater than 0.</param>
/// <param name="Count">Number of bins, at least 1.</param>
public sealed record LabelBins(double Origin, double Width, int Count)
{
    /// <summary>Lower end of bin 0.</summary>
    public double Origin { get; } = double.IsFinite(Origin) ? Origin : throw new ArgumentOutOfRangeException(nameof(Origin), Origin, "The origin must be finite.");

    /// <summary>Width of a bin.</summary>
    public double Width { get; } = Guard.Positive(Width);

    /// <summary>Number of bins.</summary>
    public int Count { get; } = Guard.Positive(Count);

    /// <summary>Bins for whole numbers <paramref name="first"/>..<paramref name="last"/>, one each.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The last lies before the first.</exception>
    public static LabelBins Whole(int first, int last) => new(first, 1, checked(last - first + 1));

    /// <summary>Bins [0, width), [width, 2 width) ... that hold all labels; the first lies below 0 only where a label does.</summary>
    /// <exception cref="ArgumentException">There are no labels or one is not finite.</exception>
    public static LabelBins Covering(ReadOnlySpan<double> labels, double width = 1)
    {
        Guard.Positive(width);
        if (labels.IsEmpty)
            throw new ArgumentException("There are no labels.", nameof(labels));
        var (least, most) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var label in labels)
        {
            if (!double.IsFinite(label))
                throw new ArgumentException($"A label is {label}; all must be finite.", nameof(labels));
            (least, most) = (Math.Min(least, label), Math.Max(most, label));
        }
        var first = Math.Min(0, Math.Floor(least / width));
        return new(first * width, width, checked((int)(Math.Floor(most / width) - first) + 1));
    }

    /// <summary>The bin 0..<see cref="Count"/>-1 of a label.</summary>
    /// <exception cref="ArgumentException">The label is NaN.</exception>
    public int IndexOf(double label) => double.IsNaN(label)
        ? throw new ArgumentException("A label is NaN.", nameof(label))
        : (int)Math.Clamp(Math.Floor((label - Origin) / Width), 0, Count - 1);

    /// <summary>How many labels lie in each bin.</summary>
    /// <exception cref="ArgumentException">A label is NaN.</exception>
    public int[] Histogram(ReadOnlySpan<double> labels)
    {
        var counts = new int[Count];
        foreach (var label in labels)
            counts[IndexOf(label)]++;
        return counts;
    }
}
