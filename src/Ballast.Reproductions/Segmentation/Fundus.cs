using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Data.Segmentation;

namespace Ballast.Reproductions.Segmentation;

/// <summary>Synthetic images of 32 x 32 pixels: a disc with a cup inside. In a rare second group both are dark on light, with less contrast and smaller cups.</summary>
internal static class Fundus
{
    private const int Side = 32;
    private const double RareShare = 0.12;

    public static SegmentationSet Make(int count, int seed)
    {
        var (images, masks, groups) = (new float[count * Side * Side], new byte[count * Side * Side], new int[count]);
        for (var i = 0; i < count; i++)
        {
            var random = RandomStream.For(seed, "synthetic fundus", i);
            double Uniform(double low, double high) => low + (high - low) * random.NextDouble();
            groups[i] = random.NextDouble() < RareShare ? 1 : 0;
            var (contrast, cup) = groups[i] == 1 ? (-0.30, Uniform(0.25, 0.45)) : (0.55, Uniform(0.4, 0.6));
            var (radius, cx, cy, aspect, slope) = (Uniform(7, 10), Uniform(12, 20), Uniform(12, 20), Uniform(0.85, 1.15), Uniform(-1, 1));
            for (var y = 0; y < Side; y++)
                for (var x = 0; x < Side; x++)
                {
                    var q = double.Hypot((x - cx) / aspect, (y - cy) * aspect);
                    var at = (i * Side + y) * Side + x;
                    masks[at] = (byte)(q > radius ? 0 : q > cup * radius ? 1 : 2);
                    images[at] = (float)(0.3 + (masks[at] >= 1 ? 0.6 * contrast : 0) + (masks[at] == 2 ? 0.5 * contrast : 0) + 0.12 * random.NextGaussian() + 0.1 * (x - 16) / 16.0 * slope);
                }
        }
        return new SegmentationSet(new ImageShape(1, Side, Side), images, masks, classes: 3, groups, ["light on dark", "dark on light"]);
    }
}
