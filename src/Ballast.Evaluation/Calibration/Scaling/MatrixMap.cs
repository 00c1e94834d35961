using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Evaluation.Calibration.Scaling;

/// <summary>softmax(W z + b).</summary>
/// <param name="Weights">K x K, row-major: row k makes the new logit of class k.</param>
/// <param name="Bias">K.</param>
/// <param name="OnLogProbabilities">Whether z are log probabilities rather than the logits as given.</param>
public sealed record MatrixMap(IReadOnlyList<double> Weights, IReadOnlyList<double> Bias, bool OnLogProbabilities) : LogitMap
{
    private readonly double[] weights = FiniteNumbers.Of(Weights, Bias?.Count * Bias?.Count ?? 0, nameof(Weights)), bias = FiniteNumbers.Of(Bias!, Bias?.Count ?? 0, nameof(Bias));

    /// <inheritdoc/>
    public override Predictions Apply(Logits logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        Guard.SameLength(bias.Length, logits.Classes, "the fitted map (classes)", nameof(logits));
        var classes = logits.Classes;
        var input = OnLogProbabilities ? logits.Normalised() : logits;
        var values = new double[input.Values.Length];
        for (var start = 0; start < values.Length; start += classes)
        {
            var row = input.Values.Slice(start, classes);
            var mapped = values.AsSpan(start, classes);
            for (var k = 0; k < classes; k++)
                mapped[k] = bias[k] + TensorPrimitives.Dot(weights.AsSpan(k * classes, classes), row);
            TensorPrimitives.SoftMax<double>(mapped, mapped);
        }
        return new Predictions(values, classes, logits.RowIds);
    }
}
