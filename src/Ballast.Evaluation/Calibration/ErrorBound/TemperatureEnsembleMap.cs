using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>A mixture of temperatures: p = sum over t of w_t softmax(|a_t| z), w_t = |b_t| / sum |b|.</summary>
/// <param name="InverseTemperatures">a; the sign is ignored.</param>
/// <param name="Weights">b; the sign is ignored, not all 0.</param>
public sealed record TemperatureEnsembleMap(IReadOnlyList<double> InverseTemperatures, IReadOnlyList<double> Weights) : LogitMap
{
    private readonly double[] inverses = Array.ConvertAll(FiniteNumbers.Of(InverseTemperatures, InverseTemperatures?.Count ?? 0, nameof(InverseTemperatures)), Math.Abs);
    private readonly double[] shares = Shares(FiniteNumbers.Of(Weights, InverseTemperatures?.Count ?? 0, nameof(Weights)));

    /// <inheritdoc/>
    public override Predictions Apply(Logits logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        var classes = logits.Classes;
        var normalised = logits.Normalised().Values;
        var (values, scaled) = (new double[normalised.Length], new double[classes]);
        for (var start = 0; start < values.Length; start += classes)
        {
            var mixed = values.AsSpan(start, classes);
            for (var t = 0; t < inverses.Length; t++)
            {
                TensorPrimitives.Multiply(normalised.Slice(start, classes), inverses[t], scaled);
                RowSoftmax.Apply(scaled, classes);
                TensorPrimitives.MultiplyAdd<double>(scaled, shares[t], mixed, mixed);
            }
            KeptOrder.Keep(mixed, KeptOrder.Top(logits.Values.Slice(start, classes)));
        }
        return new Predictions(values, classes, logits.RowIds);
    }

    internal static double[] Shares(ReadOnlySpan<double> weights)
    {
        var total = 0.0;
        foreach (var weight in weights)
            total += Math.Abs(weight);
        if (!(total > 0))
            throw new ArgumentException("The weights of a temperature ensemble are all 0.", nameof(weights));
        var shares = new double[weights.Length];
        for (var t = 0; t < shares.Length; t++)
            shares[t] = Math.Abs(weights[t]) / total;
        return shares;
    }
}
