using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Evaluation.Calibration.Scaling;

/// <summary>w1 softmax(z / T) + w2 softmax(z) + w3 / K.</summary>
/// <param name="Temperature">T, above 0.</param>
/// <param name="Scaled">w1, at least 0.</param>
/// <param name="Original">w2, at least 0.</param>
/// <param name="Uniform">w3, at least 0; the three sum to 1.</param>
public sealed record TemperatureMixtureMap(double Temperature, double Scaled, double Original, double Uniform) : LogitMap
{
    private readonly double inverse = 1 / Guard.Positive(Temperature);
    private readonly double total = Math.Abs(Guard.NotNegative(Scaled) + Guard.NotNegative(Original) + Guard.NotNegative(Uniform) - 1) < 1e-6
        ? Scaled + Original + Uniform
        : throw new ArgumentException($"The weights sum to {Scaled + Original + Uniform}, not to 1.");

    /// <inheritdoc/>
    public override Predictions Apply(Logits logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        var classes = logits.Classes;
        var values = new double[logits.Values.Length];
        var (scaled, original) = (new double[classes], new double[classes]);
        for (var start = 0; start < values.Length; start += classes)
        {
            var row = logits.Values.Slice(start, classes);
            var mixed = values.AsSpan(start, classes);
            TensorPrimitives.Multiply(row, inverse, scaled);
            TensorPrimitives.SoftMax<double>(scaled, scaled);
            TensorPrimitives.SoftMax(row, original);
            for (var k = 0; k < classes; k++)
                mixed[k] = (Scaled * scaled[k] + Original * original[k] + Uniform / classes) / total;
            KeptOrder.Keep(mixed, KeptOrder.Top(row));
        }
        return new Predictions(values, classes, logits.RowIds);
    }
}
