using Ballast.Core;

namespace Ballast.Evaluation;

/// <summary>The checks that every measure makes on labels and what was predicted for them.</summary>
internal static class LabelledRows
{
    /// <summary>Checks that there are rows and that labels lie in 0..K-1.</summary>
    /// <exception cref="ArgumentException">There are none, lengths differ, or a label lies outside.</exception>
    public static void Check(ReadOnlySpan<int> labels, int rows, int classes, string name = "labels")
    {
        Guard.SameLength(rows, labels.Length, "predictions", name);
        if (labels.IsEmpty)
            throw new ArgumentException("There are no rows to evaluate.", name);
        for (var i = 0; i < labels.Length; i++)
            if ((uint)labels[i] >= (uint)classes)
                throw new ArgumentException($"Row {i + 1} has the class {labels[i]}; expected 0..{classes - 1}.", name);
    }

    /// <summary>Checks that there are rows, labels are 0 or 1 and no score is NaN.</summary>
    /// <exception cref="ArgumentException">One of these does not hold.</exception>
    public static void CheckBinary(ReadOnlySpan<int> labels, ReadOnlySpan<double> scores)
    {
        Check(labels, scores.Length, classes: 2);
        for (var i = 0; i < scores.Length; i++)
            if (double.IsNaN(scores[i]))
                throw new ArgumentException($"Row {i + 1} has no score (NaN).", nameof(scores));
    }

    /// <summary>Rows of each class.</summary>
    public static int[] Counts(ReadOnlySpan<int> labels, int classes)
    {
        var counts = new int[classes];
        foreach (var label in labels)
            counts[label]++;
        return counts;
    }
}
