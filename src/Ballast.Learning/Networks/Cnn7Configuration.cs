using Ballast.Core;
using Ballast.Data.Images;

namespace Ballast.Learning.Networks;

/// <summary>Shape of a <see cref="Cnn7"/>.</summary>
/// <param name="Image">Shape of a sample.</param>
/// <param name="Outputs">Outputs K.</param>
/// <param name="Width">Channels of the first two convolutions, half of those of the other three; 64 in the papers.</param>
/// <param name="Hidden">Width of the hidden linear layer, which gives the features; 512 in the papers.</param>
public sealed record Cnn7Configuration(ImageShape Image, int Outputs, int Width = 64, int Hidden = 512) : NetworkConfiguration
{
    /// <summary>Whether batch normalisation stands before every ReLU.</summary>
    public bool BatchNorm { get; init; } = true;

    /// <inheritdoc/>
    public override Network Create(Initialization weights) => new Cnn7(this, weights);

    internal Cnn7Configuration Checked()
    {
        Guard.Positive(Outputs);
        Guard.Positive(Width);
        Guard.Positive(Hidden);
        return this;
    }
}
