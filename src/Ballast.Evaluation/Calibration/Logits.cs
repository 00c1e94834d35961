using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Evaluation.Calibration;

/// <summary>n x K scores whose softmax are probabilities, checked once. Keeps what float64 probabilities near 0 and 1 would lose.</summary>
public sealed class Logits
{
    /// <summary>Probabilities below this are taken as this when turned into logits.</summary>
    public const double SmallestProbability = 1e-12;

    private readonly double[] values;
    private readonly ReadOnlyMemory<int> rowIds;

    /// <summary>Takes over <paramref name="values"/> after checking them.</summary>
    /// <param name="values">n x K finite scores, row-major.</param>
    /// <param name="classes">Number of classes K.</param>
    /// <param name="rowIds">The user's rows, or empty for 0..n-1.</param>
    /// <exception cref="ArgumentException">The length is no multiple of K, or a value is NaN or infinite.</exception>
    public Logits(double[] values, int classes, ReadOnlyMemory<int> rowIds = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        Classes = Guard.Positive(classes);
        if (values.Length % classes != 0)
            throw new ArgumentException($"{values.Length} logits cannot form rows of {classes} classes.", nameof(values));
        for (var i = 0; i < values.Length; i++)
            if (!double.IsFinite(values[i]))
                throw new ArgumentException($"Row {i / classes + 1}, class {i % classes}: the logit {values[i]} is not finite.", nameof(values));
        (this.values, this.rowIds) = (values, rowIds);
        Count = values.Length / classes;
    }

    /// <summary>Number of rows n.</summary>
    public int Count { get; }

    /// <summary>Number of classes K.</summary>
    public int Classes { get; }

    /// <summary>n x K scores, row-major.</summary>
    public ReadOnlySpan<double> Values => values;

    internal ReadOnlyMemory<int> RowIds => rowIds;

    /// <summary>log max(p, 1e-12).</summary>
    public static Logits From(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        return new Logits(TemperatureMap.LogProbabilities(predictions), predictions.Classes, predictions.RowIds);
    }

    /// <summary>Their softmax.</summary>
    public Predictions ToPredictions()
    {
        var probabilities = new double[values.Length];
        for (var start = 0; start < values.Length; start += Classes)
            TensorPrimitives.SoftMax<double>(values.AsSpan(start, Classes), probabilities.AsSpan(start, Classes));
        return new Predictions(probabilities, Classes, rowIds);
    }

    /// <summary>Log probabilities: each row minus the logarithm of its summed exponentials, never the logarithm of a softmax, which may be 0.</summary>
    public Logits Normalised()
    {
        var logs = new double[values.Length];
        for (var start = 0; start < values.Length; start += Classes)
        {
            var row = values.AsSpan(start, Classes);
            TensorPrimitives.Subtract(row, LogSumExp(row), logs.AsSpan(start, Classes));
        }
        return new Logits(logs, Classes, rowIds);
    }

    internal static double LogSumExp(ReadOnlySpan<double> row)
    {
        var top = TensorPrimitives.Max(row);
        var mass = 0.0;
        foreach (var value in row)
            mass += Math.Exp(value - top);
        return top + Math.Log(mass);
    }
}
