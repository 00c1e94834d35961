using Ballast.Evaluation.Calibration.Scaling;

namespace Ballast.Evaluation.Calibration;

/// <summary>A map of logits that a network's graph can end in: softmax(W z + b).</summary>
/// <param name="Weights">K x K, row-major: row k makes the new logit of class k.</param>
/// <param name="Bias">K.</param>
/// <param name="OnLogProbabilities">Whether z must be normalised (log softmax) first; otherwise any logits of the same probabilities give the same.</param>
public sealed record AffineLogits(IReadOnlyList<double> Weights, IReadOnlyList<double> Bias, bool OnLogProbabilities)
{
    /// <summary>The map as weights, for K classes; null where it is not affine in the logits.</summary>
    public static AffineLogits? Of(ITrainedRecalibrator map, int classes) => map switch
    {
        TemperatureMap temperature => Diagonal([.. Enumerable.Repeat(1 / temperature.Temperature, classes)], new double[classes], onLogProbabilities: false),
        VectorMap vector => Diagonal(vector.Scale, vector.Bias, vector.OnLogProbabilities),
        PriorShiftMap shift when shift.Weights.All(weight => weight > 0) => Diagonal([.. Enumerable.Repeat(1.0, classes)], [.. shift.Weights.Select(weight => Math.Log(weight))], onLogProbabilities: false),
        MatrixMap matrix => new AffineLogits(matrix.Weights, matrix.Bias, matrix.OnLogProbabilities),
        _ => null,
    };

    private static AffineLogits Diagonal(IReadOnlyList<double> scale, IReadOnlyList<double> bias, bool onLogProbabilities)
    {
        var classes = scale.Count;
        var weights = new double[classes * classes];
        for (var k = 0; k < classes; k++)
            weights[k * classes + k] = scale[k];
        return new AffineLogits(weights, bias, onLogProbabilities);
    }
}
