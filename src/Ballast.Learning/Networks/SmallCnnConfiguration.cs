using Ballast.Core;
using Ballast.Data.Images;

namespace Ballast.Learning.Networks;

/// <summary>Shape of a <see cref="SmallCnn"/>.</summary>
/// <param name="Image">Shape of a sample.</param>
/// <param name="Channels">Channels of each 3x3 convolution; each is followed by 2x2 max pooling, so that the image must be at least 2^n pixels wide and high.</param>
/// <param name="Hidden">Width of the hidden linear layer, which gives the features.</param>
/// <param name="Outputs">Outputs K.</param>
public sealed record SmallCnnConfiguration(ImageShape Image, IReadOnlyList<int> Channels, int Hidden, int Outputs) : NetworkConfiguration
{
    /// <summary>Whether batch normalisation stands between each convolution and its ReLU.</summary>
    public bool BatchNorm { get; init; }

    /// <summary>Probability of a zero between features and head, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <inheritdoc/>
    public override Network Create(Initialization weights) => new SmallCnn(this, weights);

    internal SmallCnnConfiguration Checked()
    {
        ArgumentNullException.ThrowIfNull(Channels);
        foreach (var width in Channels)
            Guard.Positive(width, nameof(Channels));
        Guard.Positive(Hidden);
        Guard.Positive(Outputs);
        return Channels.Count is > 0 and < 31 && Math.Min(Image.Height, Image.Width) >> Channels.Count > 0
            ? this
            : throw new ArgumentException($"Images of {Image.Height} x {Image.Width} pixels cannot be halved {Channels.Count} times; expected 1 time or more, down to 1 pixel.", nameof(Image));
    }
}
