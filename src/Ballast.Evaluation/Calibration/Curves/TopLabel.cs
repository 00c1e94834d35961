using Ballast.Core;

namespace Ballast.Evaluation.Calibration.Curves;

/// <summary>The most probable class of each row: its probability, and whether it is the label.</summary>
internal static class TopLabel
{
    public static (double[] Confidences, bool[] Hits) Of(Predictions predictions, ReadOnlySpan<int> labels)
    {
        var (confidences, hits) = (new double[labels.Length], new bool[labels.Length]);
        for (var i = 0; i < hits.Length; i++)
        {
            var top = predictions.ArgMax(i);
            (confidences[i], hits[i]) = (predictions[i, top], top == labels[i]);
        }
        return (confidences, hits);
    }
}
