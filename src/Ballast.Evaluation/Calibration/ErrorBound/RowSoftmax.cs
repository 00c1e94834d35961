using System.Numerics.Tensors;

namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>Softmax of many short rows: one vectorised exponential for all, where a call a row would cost more than the row.</summary>
internal static class RowSoftmax
{
    /// <summary>Replaces rows of scores by their softmax.</summary>
    public static void Apply(Span<double> scores, int classes)
    {
        for (var start = 0; start < scores.Length; start += classes)
        {
            var row = scores.Slice(start, classes);
            var top = double.NegativeInfinity;
            foreach (var score in row)
                top = Math.Max(top, score);
            foreach (ref var score in row)
                score -= top;
        }
        TensorPrimitives.Exp<double>(scores, scores);
        for (var start = 0; start < scores.Length; start += classes)
        {
            var row = scores.Slice(start, classes);
            var mass = 0.0;
            foreach (var score in row)
                mass += score;
            var inverse = 1 / mass;
            foreach (ref var score in row)
                score *= inverse;
        }
    }
}
