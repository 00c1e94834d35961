using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Evaluation.Calibration;

/// <summary>Probabilities raised to 1/T and normalised.</summary>
/// <param name="Temperature">T; above 1 makes predictions less certain.</param>
public sealed record TemperatureMap(double Temperature) : ITrainedRecalibrator
{
    private const double SmallestProbability = 1e-12;

    /// <summary>T; above 1 makes predictions less certain.</summary>
    public double Temperature { get; } = Guard.Positive(Temperature);

    /// <inheritdoc/>
    public Predictions Apply(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var classes = predictions.Classes;
        var values = LogProbabilities(predictions);
        for (var start = 0; start < values.Length; start += classes)
        {
            var row = values.AsSpan(start, classes);
            TensorPrimitives.Divide(row, Temperature, row);
            TensorPrimitives.SoftMax(row, row);
        }
        return new Predictions(values, classes, predictions.RowIds);
    }

    internal static double[] LogProbabilities(Predictions predictions)
    {
        var logits = new double[predictions.Values.Length];
        TensorPrimitives.Max(predictions.Values, SmallestProbability, logits);
        TensorPrimitives.Log<double>(logits, logits);
        return logits;
    }
}
