using System.Numerics.Tensors;

namespace Ballast.Evaluation.Calibration.Scaling;

/// <summary>Ensemble temperature scaling: a mixture of the scaled, the given and the uniform probabilities. Never changes which class is most probable.</summary>
/// <remarks>
/// Source: Zhang, Kailkhura and Han, "Mix-n-Match: ensemble and compositional methods for uncertainty calibration", ICML 2020, section 4.1. T is that of temperature scaling;
/// the weights, for which the likelihood is concave, are fitted by expectation-maximisation, which stays on the simplex.
/// </remarks>
public sealed class EnsembleTemperatureScaling : LogitRecalibrator
{
    private const int MaximumRounds = 2000;
    private const double Tolerance = 1e-8;

    /// <inheritdoc/>
    public override string Name => "ensemble temperature scaling";

    /// <inheritdoc/>
    public override LogitMap Fit(Logits logits, ReadOnlySpan<int> labels, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(logits);
        var temperature = TemperatureScaling.Learn(logits, labels).Temperature;
        var (scaled, original) = (Own(logits, labels, 1 / temperature), Own(logits, labels, 1));
        var uniform = 1.0 / logits.Classes;

        // Each weight becomes the mean share of the likelihood that its part explains.
        var (w1, w2, w3) = (1.0 / 3, 1.0 / 3, 1.0 / 3);
        for (var round = 0; round < MaximumRounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (s1, s2, s3) = (0.0, 0.0, 0.0);
            for (var i = 0; i < scaled.Length; i++)
            {
                var (a, b, c) = (w1 * scaled[i], w2 * original[i], w3 * uniform);
                var share = 1 / (a + b + c);
                (s1, s2, s3) = (s1 + a * share, s2 + b * share, s3 + c * share);
            }
            var sum = s1 + s2 + s3;
            (s1, s2, s3) = (s1 / sum, s2 / sum, s3 / sum);
            var moved = Math.Max(Math.Abs(s1 - w1), Math.Max(Math.Abs(s2 - w2), Math.Abs(s3 - w3)));
            (w1, w2, w3) = (s1, s2, s3);
            if (moved < Tolerance)
                break;
        }
        return new TemperatureMixtureMap(temperature, w1, w2, w3);
    }

    // Probability of each row's own class at an inverse temperature.
    private static double[] Own(Logits logits, ReadOnlySpan<int> labels, double inverse)
    {
        var (own, row) = (new double[labels.Length], new double[logits.Classes]);
        for (var i = 0; i < own.Length; i++)
        {
            TensorPrimitives.Multiply(logits.Values.Slice(i * row.Length, row.Length), inverse, row);
            own[i] = Math.Exp(row[labels[i]] - Logits.LogSumExp(row));
        }
        return own;
    }
}
