using Ballast.Core;
using Ballast.Numerics.Optimization;

namespace Ballast.Evaluation.Calibration.Scaling;

/// <summary>Vector scaling: softmax(a * z + b), fitted by the mean negative log-likelihood (LBFGS).</summary>
/// <remarks>Source: Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", ICML 2017, section 4.2. May change the predicted class.</remarks>
public sealed class VectorScaling(LogitInput input = LogitInput.LogProbabilities) : LogitRecalibrator
{
    private const double Tolerance = 1e-7;
    private const int MaximumIterations = 200;

    /// <inheritdoc/>
    public override string Name => "vector scaling";

    /// <inheritdoc/>
    public override ITrainedRecalibrator Fit(Predictions predictions, ReadOnlySpan<int> labels, CancellationToken cancellation = default) =>
        Fit(Logits.From(predictions), labels, onLogProbabilities: true, cancellation);

    /// <inheritdoc/>
    public override LogitMap Fit(Logits logits, ReadOnlySpan<int> labels, CancellationToken cancellation = default) =>
        Fit(logits, labels, onLogProbabilities: input == LogitInput.LogProbabilities, cancellation);

    private static VectorMap Fit(Logits logits, ReadOnlySpan<int> labels, bool onLogProbabilities, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(logits);
        LabelledRows.Check(labels, logits.Count, logits.Classes);
        var classes = logits.Classes;
        var loss = new AffineLoss((onLogProbabilities ? logits.Normalised() : logits).Values.ToArray(), labels.ToArray(), classes);
        var point = new double[2 * classes];
        point.AsSpan(0, classes).Fill(1);
        var (weights, slopes) = (new double[classes * classes], new double[classes * classes + classes]);
        Lbfgs.Minimize((at, gradient) =>
        {
            for (var k = 0; k < classes; k++)
                weights[k * classes + k] = at[k];
            var value = loss.Evaluate(weights, at[classes..], slopes);
            for (var k = 0; k < classes; k++)
                gradient[k] = slopes[k * classes + k];
            slopes.AsSpan(classes * classes).CopyTo(gradient[classes..]);
            return value;
        }, point, Tolerance, MaximumIterations, cancellation);
        return new VectorMap(point[..classes], point[classes..], onLogProbabilities);
    }
}
