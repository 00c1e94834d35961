using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Evaluation.Calibration;

/// <summary>Probabilities raised to 1/T and normalised.</summary>
/// <param name="Temperature">T; above 1 makes predictions less certain.</param>
public sealed record TemperatureMap(double Temperature) : LogitMap
{
    /// <summary>T; above 1 makes predictions less certain.</summary>
    public double Temperature { get; } = Guard.Positive(Temperature);

    /// <inheritdoc/>
    public override Predictions Apply(Logits logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        var classes = logits.Classes;
        var values = new double[logits.Values.Length];
        for (var start = 0; start < values.Length; start += classes)
        {
            var given = logits.Values.Slice(start, classes);
            var row = values.AsSpan(start, classes);
            TensorPrimitives.Divide(given, Temperature, row);
            TensorPrimitives.SoftMax<double>(row, row);
            KeptOrder.Keep(row, KeptOrder.Top(given));
        }
        return new Predictions(values, classes, logits.RowIds);
    }

    internal static double[] LogProbabilities(Predictions predictions)
    {
        var logits = new double[predictions.Values.Length];
        TensorPrimitives.Max(predictions.Values, Logits.SmallestProbability, logits);
        TensorPrimitives.Log<double>(logits, logits);
        return logits;
    }
}
