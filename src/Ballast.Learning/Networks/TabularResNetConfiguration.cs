using Ballast.Core;

namespace Ballast.Learning.Networks;

/// <summary>Shape of a <see cref="TabularResNet"/>.</summary>
/// <param name="Input">Shape of a row.</param>
/// <param name="Outputs">Outputs K.</param>
public sealed record TabularResNetConfiguration(TabularShape Input, int Outputs) : NetworkConfiguration
{
    /// <summary>Width of the residual stream and of the features, at least 1.</summary>
    public int Width { get; init; } = 192;

    /// <summary>Residual blocks, at least 0.</summary>
    public int Blocks { get; init; } = 2;

    /// <summary>Width inside a block, as a multiple of <see cref="Width"/>; at least 1.</summary>
    public int HiddenFactor { get; init; } = 2;

    /// <summary>Numbers of each category's code, at least 1.</summary>
    public int EmbeddingWidth { get; init; } = 8;

    /// <summary>Probability of a zero inside a block, in [0, 1).</summary>
    public double HiddenDropout { get; init; } = 0.15;

    /// <summary>Probability of a zero at a block's end, in [0, 1).</summary>
    public double ResidualDropout { get; init; }

    /// <inheritdoc/>
    public override Network Create(Initialization weights) => new TabularResNet(this, weights);

    internal TabularResNetConfiguration Checked()
    {
        ArgumentNullException.ThrowIfNull(Input);
        Input.Checked();
        Guard.Positive(Outputs);
        Guard.Positive(Width);
        Guard.NotNegative(Blocks);
        Guard.Positive(HiddenFactor);
        Guard.Positive(EmbeddingWidth);
        return this;
    }
}
