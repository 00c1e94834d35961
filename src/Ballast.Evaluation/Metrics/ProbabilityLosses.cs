using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Evaluation.Metrics;

/// <summary>Losses of single rows: n pairs (Brier, log loss), row-major.</summary>
internal static class ProbabilityLosses
{
    public const double SmallestProbability = 1e-15;

    public static double[] Binary(ReadOnlySpan<int> labels, ReadOnlySpan<double> scores)
    {
        var losses = new double[2 * labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            var error = scores[i] - labels[i];
            var clipped = Math.Clamp(scores[i], SmallestProbability, 1 - SmallestProbability);
            losses[2 * i] = error * error;
            losses[2 * i + 1] = labels[i] == 1 ? -Math.Log(clipped) : -double.LogP1(-clipped);
        }
        return losses;
    }

    public static double[] Multiclass(Predictions predictions, ReadOnlySpan<int> labels)
    {
        var losses = new double[2 * labels.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            var row = predictions.Row(i);
            var own = row[labels[i]];
            losses[2 * i] = TensorPrimitives.SumOfSquares(row) + 1 - 2 * own;
            losses[2 * i + 1] = -Math.Log(Math.Clamp(own, SmallestProbability, 1 - SmallestProbability));
        }
        return losses;
    }
}
