using Ballast.Core;
using Ballast.Data.Images;

namespace Ballast.Learning.Networks;

/// <summary>Shape of a <see cref="ResNet"/>: stages of basic blocks, the first block of each later stage halving the image.</summary>
/// <param name="Image">Shape of a sample.</param>
/// <param name="Outputs">Outputs K.</param>
/// <param name="Blocks">Blocks in each stage.</param>
/// <param name="Widths">Channels of each stage.</param>
/// <param name="Shortcut">What passes the input on where the shape changes.</param>
public sealed record ResNetConfiguration(
    ImageShape Image, int Outputs, IReadOnlyList<int> Blocks, IReadOnlyList<int> Widths, ResidualShortcut Shortcut) : NetworkConfiguration
{
    /// <summary>ResNet-18 in its form for small images: 3x3 stem of stride 1 without pooling, stages of 2 blocks with 64, 128, 256 and 512 channels, projections. 11,173,962 parameters on colour images with 10 classes.</summary>
    public static ResNetConfiguration ResNet18(ImageShape image, int outputs) => new(image, outputs, [2, 2, 2, 2], [64, 128, 256, 512], ResidualShortcut.Projection);

    /// <summary>ResNet-32 for small images (He et al. 2016, section 4.2): stages of 5 blocks with 16, 32 and 64 channels. 464,154 parameters on colour images with 10 classes and <see cref="ResidualShortcut.Pad"/>.</summary>
    public static ResNetConfiguration ResNet32(ImageShape image, int outputs, ResidualShortcut shortcut = ResidualShortcut.Pad) => new(image, outputs, [5, 5, 5], [16, 32, 64], shortcut);

    /// <inheritdoc/>
    public override Network Create(Initialization weights) => new ResNet(this, weights);

    internal ResNetConfiguration Checked()
    {
        Guard.Positive(Outputs);
        ArgumentNullException.ThrowIfNull(Blocks);
        ArgumentNullException.ThrowIfNull(Widths);
        foreach (var count in Blocks)
            Guard.Positive(count, nameof(Blocks));
        foreach (var width in Widths)
            Guard.Positive(width, nameof(Widths));
        if (Blocks.Count == 0 || Blocks.Count != Widths.Count)
            throw new ArgumentException($"{Blocks.Count} stages of blocks were given with {Widths.Count} widths; expected one width a stage.", nameof(Widths));
        for (var stage = 1; stage < Widths.Count && Shortcut == ResidualShortcut.Pad; stage++)
            if (Widths[stage] < Widths[stage - 1] || (Widths[stage] - Widths[stage - 1]) % 2 != 0)
                throw new ArgumentException($"Padding cannot lead from {Widths[stage - 1]} channels to {Widths[stage]}; expected an even number more.", nameof(Widths));
        return Enum.IsDefined(Shortcut) ? this : throw new ArgumentOutOfRangeException(nameof(Shortcut), Shortcut, "No such shortcut.");
    }
}
