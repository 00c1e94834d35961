using System.Text.Json.Serialization;
using Ballast.Core;
using Ballast.Data.Images;

namespace Ballast.Learning.Networks;

/// <summary>Shape of an <see cref="EfficientNet"/>: B0's stages with widths times <paramref name="WidthFactor"/> and repeats times <paramref name="DepthFactor"/>.</summary>
/// <param name="Image">Shape of a sample.</param>
/// <param name="Outputs">Outputs K.</param>
/// <param name="WidthFactor">Width w, above 0.</param>
/// <param name="DepthFactor">Depth d, above 0.</param>
/// <param name="Dropout">Probability of a zero between features and head, in [0, 1).</param>
public sealed record EfficientNetConfiguration(ImageShape Image, int Outputs, double WidthFactor, double DepthFactor, double Dropout) : NetworkConfiguration
{
    private static readonly Dictionary<string, (double Width, double Depth, int Pixels, double Dropout, int StemStride)> Variants = new()
    {
        ["b0"] = (1.0, 1.0, 224, 0.2, 2),
        ["b1"] = (1.0, 1.1, 240, 0.2, 2),
        ["b2"] = (1.1, 1.2, 260, 0.3, 2),
        ["b3"] = (1.2, 1.4, 300, 0.3, 2),
        ["b4"] = (1.4, 1.8, 380, 0.4, 2),
        ["b5"] = (1.6, 2.2, 456, 0.4, 2),
        ["b6"] = (1.8, 2.6, 528, 0.5, 2),
        ["b7"] = (2.0, 3.1, 600, 0.5, 2),
        ["tiny"] = (0.25, 0.34, 28, 0.1, 1),
    };

    // Table 1 of Tan and Le 2019: t, k, s, c_in, c_out, n.
    private static readonly EfficientNetStage[] BaseStages =
    [
        new(1, 3, 1, 32, 16, 1),
        new(6, 3, 2, 16, 24, 2),
        new(6, 5, 2, 24, 40, 2),
        new(6, 3, 2, 40, 80, 3),
        new(6, 5, 1, 80, 112, 3),
        new(6, 5, 2, 112, 192, 4),
        new(6, 3, 1, 192, 320, 1),
    ];

    /// <summary>Names that <see cref="Named"/> knows: b0 to b7, and tiny for small images and processors.</summary>
    public static IReadOnlyCollection<string> Names => Variants.Keys;

    /// <summary>Stride of the stem; 2, or 1 for images of a few dozen pixels.</summary>
    public int StemStride { get; init; } = 2;

    /// <summary>Probability that the last block's residual branch is dropped; earlier blocks' fall linearly to 0. In [0, 1).</summary>
    public double StochasticDepth { get; init; } = 0.2;

    /// <summary>Added to variances in batch normalisation; 1e-3 for weights of TensorFlow or of torchvision's B5 to B7.</summary>
    public double BatchNormEpsilon { get; init; } = 1e-5;

    /// <summary>Share of a new batch in running statistics; 0.01 for weights of torchvision's B5 to B7.</summary>
    public double BatchNormMomentum { get; init; } = 0.1;

    /// <summary>Channels of the stem.</summary>
    [JsonIgnore]
    public int StemWidth => Round8(32 * WidthFactor);

    /// <summary>Width of the features: 4 times the last stage's.</summary>
    [JsonIgnore]
    public int HeadWidth => 4 * Round8(320 * WidthFactor);

    /// <summary>The stages after scaling.</summary>
    public IEnumerable<EfficientNetStage> Stages() => BaseStages.Select(stage => stage with
    {
        Inputs = Round8(stage.Inputs * WidthFactor),
        Outputs = Round8(stage.Outputs * WidthFactor),
        Repeats = (int)Math.Ceiling(stage.Repeats * DepthFactor),
    });

    /// <summary>A published variant, by default at its own image size.</summary>
    /// <param name="name">b0 to b7, or tiny.</param>
    /// <param name="outputs">Outputs K.</param>
    /// <param name="channels">Channels of the images.</param>
    /// <param name="pixels">Height and width of the images; 0 for the variant's own.</param>
    /// <exception cref="ArgumentException">There is no such variant.</exception>
    public static EfficientNetConfiguration Named(string name, int outputs, int channels = 3, int pixels = 0)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!Variants.TryGetValue(name.ToLowerInvariant(), out var variant))
            throw new ArgumentException($"There is no EfficientNet '{name}'; expected one of {string.Join(", ", Variants.Keys)}.", nameof(name));
        var side = pixels == 0 ? variant.Pixels : pixels;
        return new(new(channels, side, side), outputs, variant.Width, variant.Depth, variant.Dropout) { StemStride = variant.StemStride };
    }

    /// <summary>The multiple of 8 nearest to <paramref name="value"/>, at least 8, and the next one where that falls short by more than a tenth.</summary>
    public static int Round8(double value)
    {
        var rounded = Math.Max(8, (int)Math.Floor((value + 4) / 8) * 8);
        return rounded < 0.9 * value ? rounded + 8 : rounded;
    }

    /// <inheritdoc/>
    public override Network Create(Initialization weights) => new EfficientNet(this, weights);

    internal EfficientNetConfiguration Checked()
    {
        Guard.Positive(Outputs);
        Guard.InRange(WidthFactor, 0.01, 100);
        Guard.InRange(DepthFactor, 0.01, 100);
        Guard.InRange(StemStride, 1, 2);
        Guard.Positive(BatchNormEpsilon);
        Guard.InRange(BatchNormMomentum, 0, 1);
        return this;
    }
}
