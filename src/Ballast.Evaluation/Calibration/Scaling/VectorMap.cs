using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Evaluation.Calibration.Scaling;

/// <summary>softmax(a * z + b), a factor and a shift a class.</summary>
/// <param name="Scale">K factors a.</param>
/// <param name="Bias">K shifts b.</param>
/// <param name="OnLogProbabilities">Whether z are log probabilities rather than the logits as given.</param>
public sealed record VectorMap(IReadOnlyList<double> Scale, IReadOnlyList<double> Bias, bool OnLogProbabilities) : LogitMap
{
    private readonly double[] scale = FiniteNumbers.Of(Scale, Scale?.Count ?? 0, nameof(Scale)), bias = FiniteNumbers.Of(Bias, Scale?.Count ?? 0, nameof(Bias));

    /// <inheritdoc/>
    public override Predictions Apply(Logits logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        Guard.SameLength(scale.Length, logits.Classes, "the fitted map (classes)", nameof(logits));
        var classes = logits.Classes;
        var values = (OnLogProbabilities ? logits.Normalised() : logits).Values.ToArray();
        for (var start = 0; start < values.Length; start += classes)
        {
            var row = values.AsSpan(start, classes);
            TensorPrimitives.MultiplyAdd<double>(row, scale, bias, row);
            TensorPrimitives.SoftMax<double>(row, row);
        }
        return new Predictions(values, classes, logits.RowIds);
    }
}
