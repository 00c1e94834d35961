using System.Numerics.Tensors;

namespace Ballast.Evaluation.Calibration.Scaling;

/// <summary>Mean negative log-likelihood of softmax(W z + b) and its gradient.</summary>
/// <param name="logits">n x K, row-major.</param>
/// <param name="labels">n classes.</param>
/// <param name="classes">K.</param>
internal sealed class AffineLoss(double[] logits, int[] labels, int classes)
{
    /// <summary>The loss; <paramref name="gradient"/> (K K + K) receives its slopes in W, then in b.</summary>
    public double Evaluate(ReadOnlySpan<double> weights, ReadOnlySpan<double> bias, double[] gradient)
    {
        var (w, b) = (weights.ToArray(), bias.ToArray());
        var parts = RowChunks.Map(labels.Length, (start, end) =>
        {
            var slopes = new double[gradient.Length];
            return (Loss: Accumulate(w, b, start, end, slopes), Slopes: slopes);
        });
        Array.Clear(gradient);
        var loss = 0.0;
        foreach (var part in parts)
        {
            loss += part.Loss;
            TensorPrimitives.Add<double>(gradient, part.Slopes, gradient);
        }
        TensorPrimitives.Divide<double>(gradient, labels.Length, gradient);
        return loss / labels.Length;
    }

    private double Accumulate(double[] weights, double[] bias, int start, int end, double[] slopes)
    {
        var mapped = new double[classes];
        var loss = 0.0;
        for (var i = start; i < end; i++)
        {
            var row = logits.AsSpan(i * classes, classes);
            for (var k = 0; k < classes; k++)
                mapped[k] = bias[k] + TensorPrimitives.Dot<double>(weights.AsSpan(k * classes, classes), row);
            var top = TensorPrimitives.Max<double>(mapped);
            loss += top - mapped[labels[i]];
            var mass = 0.0;
            for (var k = 0; k < classes; k++)
                mass += mapped[k] = Math.Exp(mapped[k] - top);
            loss += Math.Log(mass);
            var inverse = 1 / mass;
            for (var k = 0; k < classes; k++)
            {
                var residual = mapped[k] * inverse - (k == labels[i] ? 1 : 0);
                var slope = slopes.AsSpan(k * classes, classes);
                TensorPrimitives.MultiplyAdd(row, residual, slope, slope);
                slopes[classes * classes + k] += residual;
            }
        }
        return loss;
    }
}
