using Ballast.Core;

namespace Ballast.Evaluation.Calibration.Measures;

/// <summary>Labels drawn by the probabilities themselves: what is seen where these are right.</summary>
internal static class DrawnLabels
{
    public static void Fill(Predictions predictions, RandomStream random, Span<int> labels)
    {
        for (var i = 0; i < labels.Length; i++)
        {
            var u = random.NextDouble();
            var row = predictions.Row(i);
            // Where rounding leaves the sum below u, the last class that is possible at all.
            var drawn = 0;
            for (var k = 0; k < row.Length; k++)
            {
                if (row[k] > 0)
                    drawn = k;
                if ((u -= row[k]) < 0)
                    break;
            }
            labels[i] = drawn;
        }
    }
}
