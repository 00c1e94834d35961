using System.Numerics.Tensors;

namespace Ballast.Evaluation.Thresholds;

/// <summary>Embeddings with their classes, scaled to length 1 and kept class after class: what "same or not" is decided on.</summary>
/// <remarks>The distance of two rows is 1 - cosine, in [0, 2]. Memory: n x D float64.</remarks>
public sealed class LabelledEmbeddings
{
    private readonly double[] units;
    private readonly int[] rows, starts, classOf;

    /// <summary>Scales and orders the rows.</summary>
    /// <param name="values">n x D values, row-major, of any length but 0.</param>
    /// <param name="labels">n classes, any whole numbers.</param>
    /// <exception cref="ArgumentException">There are no rows, lengths disagree, or a row holds a NaN, an infinity or nothing but zeros; the message names it.</exception>
    public LabelledEmbeddings(ReadOnlySpan<double> values, ReadOnlySpan<int> labels)
    {
        if (labels.IsEmpty)
            throw new ArgumentException("There are no embeddings.", nameof(labels));
        if (values.IsEmpty || values.Length % labels.Length != 0)
            throw new ArgumentException($"{values.Length} values do not make {labels.Length} rows of one width.", nameof(values));
        Width = values.Length / labels.Length;
        rows = [.. Enumerable.Range(0, labels.Length)];
        var keys = labels.ToArray();
        // Equal labels keep the order of their rows: the keys are unique.
        Array.Sort(keys.Select((label, row) => (label, row)).ToArray(), rows);
        var (distinct, firsts) = (new List<int>(), new List<int>());
        classOf = new int[rows.Length];
        units = new double[values.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            if (i == 0 || keys[rows[i]] != keys[rows[i - 1]])
            {
                distinct.Add(keys[rows[i]]);
                firsts.Add(i);
            }
            classOf[i] = distinct.Count - 1;
            var row = values.Slice(rows[i] * Width, Width);
            // Divided by the largest entry first: squares of very long and very short rows stay finite.
            var largest = Math.Abs(TensorPrimitives.MaxMagnitude(row));
            if (!(largest > 0 && double.IsFinite(largest)))
                throw new ArgumentException($"Row {rows[i] + 1} {(largest == 0 ? "has length 0" : "holds a NaN or an infinity")}: it has no direction.", nameof(values));
            var unit = units.AsSpan(i * Width, Width);
            TensorPrimitives.Divide(row, largest, unit);
            TensorPrimitives.Divide(unit, TensorPrimitives.Norm<double>(unit), unit);
        }
        Labels = distinct;
        starts = [.. firsts, rows.Length];
    }

    /// <summary>Rows n.</summary>
    public int Count => rows.Length;

    /// <summary>Width D.</summary>
    public int Width { get; }

    /// <summary>The classes, ascending.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>The same from float32, as networks give them.</summary>
    /// <inheritdoc cref="LabelledEmbeddings(ReadOnlySpan{double}, ReadOnlySpan{int})"/>
    public static LabelledEmbeddings FromSingle(ReadOnlySpan<float> values, ReadOnlySpan<int> labels)
    {
        var wide = new double[values.Length];
        TensorPrimitives.ConvertTruncating<float, double>(values, wide);
        return new LabelledEmbeddings(wide, labels);
    }

    /// <summary>Rows of class <paramref name="index"/> (from 0, in the order of <see cref="Labels"/>).</summary>
    public int SizeOf(int index) => starts[index + 1] - starts[index];

    /// <summary>Unordered pairs of rows of different classes.</summary>
    internal long NegativePairs => (Pairs(Count) - Enumerable.Range(0, Labels.Count).Sum(k => Pairs(SizeOf(k))));

    /// <summary>The caller's row at place <paramref name="place"/> of the order by class.</summary>
    internal int RowAt(int place) => rows[place];

    /// <summary>Class index of the row at a place.</summary>
    internal int ClassAt(int place) => classOf[place];

    /// <summary>First place of a class; that of the class after the last is n.</summary>
    internal int StartOf(int index) => starts[index];

    /// <summary>1 - cosine of the rows at two places.</summary>
    internal double Distance(int a, int b) => 1 - Cosine(a, b);

    internal double Cosine(int a, int b) => TensorPrimitives.Dot(units.AsSpan(a * Width, Width), units.AsSpan(b * Width, Width));

    internal static long Pairs(long count) => count * (count - 1) / 2;
}
