using System.Numerics.Tensors;

namespace Ballast.Core;

/// <summary>n x K predicted probabilities with the row ids they belong to, validated once.</summary>
/// <remarks>Float64, because ranks near 1 decide. Values within 1e-4 outside [0,1] are clipped and counted; rows are not renormalised.</remarks>
public sealed class Predictions
{
    /// <summary>How far outside [0,1] a probability may lie and still be clipped.</summary>
    public const double RangeTolerance = 1e-4;

    /// <summary>How far a row's sum may lie from 1.</summary>
    public const double SumTolerance = 1e-2;

    private readonly double[] values;
    private readonly ReadOnlyMemory<int> rowIds;
    private int[]? identity;

    /// <summary>Takes over <paramref name="values"/> (clipped in place) after checking them.</summary>
    /// <param name="values">n x K probabilities, row-major.</param>
    /// <param name="classes">Number of classes K, at least 1.</param>
    /// <param name="rowIds">The user's rows, or empty for 0..n-1.</param>
    /// <exception cref="ArgumentException">The length is no multiple of K; a value is NaN or outside [-1e-4, 1+1e-4]; a row's sum is off by more than 1e-2.</exception>
    public Predictions(double[] values, int classes, ReadOnlyMemory<int> rowIds = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        Classes = Guard.Positive(classes);
        if (values.Length % classes != 0)
            throw new ArgumentException($"{values.Length} probabilities cannot form rows of {classes} classes.", nameof(values));
        this.values = values;
        Count = values.Length / classes;
        if (!rowIds.IsEmpty)
            Guard.SameLength(Count, rowIds.Length, nameof(values), nameof(rowIds));
        this.rowIds = rowIds;
        Clipped = Validate(values, classes);
    }

    /// <summary>Number of rows n.</summary>
    public int Count { get; }

    /// <summary>Number of classes K.</summary>
    public int Classes { get; }

    /// <summary>How many values lay a hair outside [0,1] and were clipped.</summary>
    public int Clipped { get; }

    /// <summary>n ids of the user's own rows (0-based).</summary>
    public ReadOnlyMemory<int> RowIds => rowIds.IsEmpty ? LazyInitializer.EnsureInitialized(ref identity, () => [.. Enumerable.Range(0, Count)]) : rowIds;

    /// <summary>n x K probabilities, row-major.</summary>
    public ReadOnlySpan<double> Values => values;

    /// <summary>The K probabilities of row <paramref name="row"/>.</summary>
    public ReadOnlySpan<double> Row(int row) => values.AsSpan(row * Classes, Classes);

    /// <summary>The probability of class <paramref name="classIndex"/> for row <paramref name="row"/>.</summary>
    public double this[int row, int classIndex] => values[row * Classes + classIndex];

    /// <summary>The most probable class of a row, the first on ties.</summary>
    public int ArgMax(int row)
    {
        var probabilities = Row(row);
        var best = 0;
        for (var k = 1; k < probabilities.Length; k++)
            if (probabilities[k] > probabilities[best])
                best = k;
        return best;
    }

    /// <summary>The most probable class of every row, the first on ties.</summary>
    public int[] PredictedClasses()
    {
        var classes = new int[Count];
        for (var i = 0; i < classes.Length; i++)
            classes[i] = ArgMax(i);
        return classes;
    }

    /// <summary>The probabilities of one class over all rows.</summary>
    public double[] Column(int classIndex)
    {
        var column = new double[Count];
        for (var i = 0; i < column.Length; i++)
            column[i] = this[i, classIndex];
        return column;
    }

    private static int Validate(double[] values, int classes)
    {
        // Reductions over chunks decide the common case, on all cores; only a chunk with something odd is walked row by row, in order.
        var rows = values.Length / classes;
        var chunk = Math.Max(1, 32_768 / classes);
        var odd = new bool[(rows + chunk - 1) / chunk];
        Parallel.For(0, odd.Length, c => odd[c] = IsOdd(Chunk(c), classes));

        var clipped = 0;
        for (var c = 0; c < odd.Length; c++)
        {
            if (!odd[c])
                continue;
            var span = Chunk(c);
            for (var start = 0; start < span.Length; start += classes)
                clipped += Clip(span.Slice(start, classes), c * chunk + start / classes);
        }
        return clipped;

        Span<double> Chunk(int c) => values.AsSpan(c * chunk * classes, Math.Min(chunk, rows - c * chunk) * classes);
    }

    private static bool IsOdd(ReadOnlySpan<double> chunk, int classes)
    {
        // NaN propagates through both, and no comparison with it holds.
        if (!(TensorPrimitives.Min(chunk) >= 0 && TensorPrimitives.Max(chunk) <= 1))
            return true;
        for (var start = 0; start < chunk.Length; start += classes)
        {
            // Rows are short: a plain loop beats a call for each.
            var sum = 0.0;
            foreach (var value in chunk.Slice(start, classes))
                sum += value;
            if (Math.Abs(sum - 1) > SumTolerance)
                return true;
        }
        return false;
    }

    private static int Clip(Span<double> row, int index)
    {
        var sum = TensorPrimitives.Sum((ReadOnlySpan<double>)row);
        var clipped = 0;
        for (var k = 0; k < row.Length; k++)
        {
            if (!(row[k] >= -RangeTolerance && row[k] <= 1 + RangeTolerance))
                throw new ArgumentException($"Row {index + 1}, class {k}: probability {row[k]} lies outside [0,1].");
            if (row[k] is < 0 or > 1)
            {
                row[k] = Math.Clamp(row[k], 0, 1);
                clipped++;
            }
        }
        if (!(Math.Abs(sum - 1) <= SumTolerance))
            throw new ArgumentException($"Row {index + 1}: probabilities sum to {sum:0.######}, not to 1.");
        return clipped;
    }
}
