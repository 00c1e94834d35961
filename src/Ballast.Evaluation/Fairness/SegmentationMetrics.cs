using Ballast.Core;

namespace Ballast.Evaluation.Fairness;

/// <summary>Overlap of predicted and true masks, image by image.</summary>
public static class SegmentationMetrics
{
    /// <summary>Dice 2|A and B| / (|A| + |B|) of each image; 1 where both are empty.</summary>
    /// <param name="predicted">n x pixels classes.</param>
    /// <param name="truth">n x pixels classes.</param>
    /// <param name="pixels">Pixels of an image, at least 1.</param>
    /// <param name="region">The structure.</param>
    /// <returns>n values, 0 to 1.</returns>
    /// <exception cref="ArgumentException">The masks have different lengths or are no whole number of images.</exception>
    public static double[] Dice(ReadOnlySpan<byte> predicted, ReadOnlySpan<byte> truth, int pixels, MaskRegion region) =>
        PerImage(predicted, truth, pixels, region, (both, a, b) => a + b == 0 ? 1 : 2.0 * both / (a + b));

    /// <summary>Intersection over union |A and B| / |A or B| of each image; 1 where both are empty.</summary>
    /// <inheritdoc cref="Dice"/>
    public static double[] IoU(ReadOnlySpan<byte> predicted, ReadOnlySpan<byte> truth, int pixels, MaskRegion region) =>
        PerImage(predicted, truth, pixels, region, (both, a, b) => a + b == 0 ? 1 : (double)both / (a + b - both));

    private static double[] PerImage(ReadOnlySpan<byte> predicted, ReadOnlySpan<byte> truth, int pixels, MaskRegion region, Func<int, int, int, double> overlap)
    {
        Guard.Positive(pixels);
        Guard.SameLength(truth.Length, predicted.Length, nameof(truth), nameof(predicted));
        if (truth.Length % pixels != 0)
            throw new ArgumentException($"{truth.Length} pixels are no whole number of images of {pixels}.", nameof(truth));
        var scores = new double[truth.Length / pixels];
        for (var i = 0; i < scores.Length; i++)
        {
            int both = 0, inPredicted = 0, inTruth = 0;
            var p = predicted.Slice(i * pixels, pixels);
            var t = truth.Slice(i * pixels, pixels);
            for (var x = 0; x < pixels; x++)
            {
                var (a, b) = (region.Contains(p[x]) ? 1 : 0, region.Contains(t[x]) ? 1 : 0);
                (inPredicted, inTruth, both) = (inPredicted + a, inTruth + b, both + (a & b));
            }
            scores[i] = overlap(both, inPredicted, inTruth);
        }
        return scores;
    }
}
