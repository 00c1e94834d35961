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
        RowIds = rowIds.IsEmpty && Count > 0 ? Enumerable.Range(0, Count).ToArray() : rowIds;
        Guard.SameLength(Count, RowIds.Length, nameof(values), nameof(rowIds));
        Clipped = Validate(values, classes);
    }

    /// <summary>Number of rows n.</summary>
    public int Count { get; }

    /// <summary>Number of classes K.</summary>
    public int Classes { get; }

    /// <summary>How many values lay a hair outside [0,1] and were clipped.</summary>
    public int Clipped { get; }

    /// <summary>n ids of the user's own rows (0-based).</summary>
    public ReadOnlyMemory<int> RowIds { get; }

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
        // Three reductions decide the common case; only a row with something odd is walked value by value.
        var clipped = 0;
        for (var start = 0; start < values.Length; start += classes)
        {
            var row = values.AsSpan(start, classes);
            var sum = TensorPrimitives.Sum(row);
            if (!(Math.Abs(sum - 1) <= SumTolerance) || TensorPrimitives.Min(row) < 0 || TensorPrimitives.Max(row) > 1)
                clipped += Clip(row, start / classes, sum);
        }
        return clipped;
    }

    private static int Clip(Span<double> row, int index, double sum)
    {
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
