using Ballast.Core;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Turns the hue (of HSV) by a share of the colour circle uniform in [-Max, Max]. Values are clipped to [0,1] first; images without three channels stay as they are.</summary>
/// <param name="Max">In [0,0.5]: half the circle either way.</param>
public sealed record Hue(double Max) : ColorStep
{
    /// <summary>In [0,0.5].</summary>
    public double Max { get; } = Guard.InRange(Max, 0, 0.5);

    /// <inheritdoc/>
    public override void Apply(Span<float> image, ImageShape shape, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        HueTurn.Apply(image, shape, (float)random.Uniform(-Max, Max));
    }
}
