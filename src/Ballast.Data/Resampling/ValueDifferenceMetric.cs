using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>The value difference metric: two categories are near when the classes are spread alike within them.</summary>
/// <remarks>
/// Source: Stanfill and Waltz (1986); Chawla et al., JAIR 16 (2002), section 6.2. P_f(c|v) = count(f = v, y = c) / count(f = v) over all rows given (0 for a
/// category that never occurs); delta_f(v, w) = sum_c |P_f(c|v) - P_f(c|w)|; distance = sum_f delta_f^2.
/// </remarks>
public sealed class ValueDifferenceMetric
{
    private const int LargestTable = 1 << 16;

    private readonly double[][] probabilities;      // column -> [category][class]
    private readonly double[]?[] squaredDeltas;     // column -> [category][category], where small enough
    private readonly int classes;

    /// <summary>Learns the metric.</summary>
    /// <param name="codes">n x <paramref name="width"/> category codes from 0, row-major.</param>
    /// <param name="width">Columns; at least 1.</param>
    /// <param name="labels">n class indices.</param>
    /// <param name="classes">Number of classes K.</param>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public ValueDifferenceMetric(ReadOnlySpan<int> codes, int width, ReadOnlySpan<int> labels, int classes)
    {
        Guard.SameLength(checked(labels.Length * Guard.Positive(width)), codes.Length, "labels times width", nameof(codes));
        this.classes = Guard.Positive(classes);
        probabilities = new double[width][];
        squaredDeltas = new double[width][];
        for (var f = 0; f < width; f++)
        {
            var categories = 0;
            for (var i = 0; i < labels.Length; i++)
                categories = Math.Max(categories, Guard.NotNegative(codes[i * width + f], nameof(codes)) + 1);
            var shares = probabilities[f] = new double[categories * classes];
            for (var i = 0; i < labels.Length; i++)
                shares[codes[i * width + f] * classes + labels[i]]++;
            for (var v = 0; v < categories; v++)
            {
                var row = shares.AsSpan(v * classes, classes);
                var total = 0.0;
                foreach (var count in row)
                    total += count;
                for (var c = 0; c < classes && total > 0; c++)
                    row[c] /= total;
            }
            if ((long)categories * categories > LargestTable)
                continue;
            var table = new double[categories * categories];
            for (var v = 0; v < categories; v++)
                for (var w = 0; w < categories; w++)
                    table[v * categories + w] = Delta(f, v, w) * Delta(f, v, w);
            squaredDeltas[f] = table;
        }
    }

    /// <summary>Number of columns.</summary>
    public int Width => probabilities.Length;

    /// <summary>P_f(c|v); 0 for a category that never occurs.</summary>
    public double ClassProbability(int column, int category, int classIndex)
    {
        var place = category * classes + classIndex;
        return place < probabilities[column].Length ? probabilities[column][place] : 0;
    }

    /// <summary>delta_f(v, w): 0 for alike categories, at most 2.</summary>
    public double Delta(int column, int v, int w)
    {
        var sum = 0.0;
        for (var c = 0; c < classes; c++)
            sum += Math.Abs(ClassProbability(column, v, c) - ClassProbability(column, w, c));
        return sum;
    }

    /// <summary>sum_f delta_f(a_f, b_f)^2 of two rows of codes.</summary>
    public double Distance(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        var sum = 0.0;
        for (var f = 0; f < a.Length; f++)
        {
            var categories = probabilities[f].Length / classes;
            if (squaredDeltas[f] is { } table && a[f] < categories && b[f] < categories)
            {
                sum += table[a[f] * categories + b[f]];
                continue;
            }
            var delta = Delta(f, a[f], b[f]);
            sum += delta * delta;
        }
        return sum;
    }
}
