using Ballast.Core;
using Ballast.Data.Images;

namespace Ballast.Learning.Networks;

/// <summary>Shape of a <see cref="LeNet"/>.</summary>
/// <param name="Image">Shape of a sample, at least 12 pixels wide and high.</param>
/// <param name="Outputs">Outputs K.</param>
public sealed record LeNetConfiguration(ImageShape Image, int Outputs) : NetworkConfiguration
{
    /// <inheritdoc/>
    public override Network Create(Initialization weights) => new LeNet(this, weights);

    internal LeNetConfiguration Checked()
    {
        Guard.Positive(Outputs);
        return Math.Min(Image.Height, Image.Width) >= 12
            ? this
            : throw new ArgumentException($"Images of {Image.Height} x {Image.Width} pixels are too small; expected at least 12 x 12.", nameof(Image));
    }
}
