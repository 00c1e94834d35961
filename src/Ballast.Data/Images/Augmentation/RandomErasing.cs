using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Overwrites a random box with one value.</summary>
/// <remarks>
/// Source: Zhong, Zheng, Kang, Li and Yang, "Random erasing data augmentation", AAAI 2020. The area is uniform, the logarithm of height over width is uniform;
/// a box that does not fit is drawn again, after ten failures the image stays as it is.
/// </remarks>
/// <param name="Probability">That a box is erased, in [0,1].</param>
/// <param name="MinArea">Least share of the image, in (0,1).</param>
/// <param name="MaxArea">Greatest share, in [MinArea,1).</param>
/// <param name="MaxAspect">Greatest height over width, at least 1; the least is its inverse.</param>
/// <param name="Value">What the box is filled with.</param>
public sealed record RandomErasing(double Probability = 0.25, double MinArea = 0.02, double MaxArea = 0.2, double MaxAspect = 3.3, double Value = 0) : PixelStep
{
    private const int Attempts = 10;

    /// <summary>That a box is erased.</summary>
    public double Probability { get; } = Guard.InRange(Probability, 0, 1);

    /// <summary>Least share of the image.</summary>
    public double MinArea { get; } = Guard.Positive(MinArea);

    /// <summary>Greatest share of the image.</summary>
    public double MaxArea { get; } = Guard.InRange(MaxArea, MinArea, 1);

    /// <summary>Greatest height over width.</summary>
    public double MaxAspect { get; } = Guard.InRange(MaxAspect, 1, 1e6);

    /// <inheritdoc/>
    public override void Apply(Span<float> image, ImageShape shape, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (random.NextDouble() >= Probability)
            return;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var area = random.Uniform(MinArea, MaxArea) * shape.Plane;
            var aspect = Math.Exp(random.Uniform(-Math.Log(MaxAspect), Math.Log(MaxAspect)));
            var (height, width) = ((int)Math.Round(Math.Sqrt(area * aspect)), (int)Math.Round(Math.Sqrt(area / aspect)));
            if (height < 1 || width < 1 || height >= shape.Height || width >= shape.Width)
                continue;
            var box = new ImageBox(random.Next(shape.Height - height + 1), random.Next(shape.Width - width + 1), height, width);
            for (var c = 0; c < shape.Channels; c++)
                for (var y = box.Top; y < box.Top + box.Height; y++)
                    image.Slice((c * shape.Height + y) * shape.Width + box.Left, box.Width).Fill((float)Value);
            return;
        }
    }
}
