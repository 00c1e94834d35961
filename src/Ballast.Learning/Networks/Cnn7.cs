using Ballast.Exchange.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Networks;

/// <summary>The network of certified training's papers: five 3x3 convolutions, the third of stride 2, a hidden linear layer, the head; batch normalisation and ReLU after all but the head, no pooling. First weights by <see cref="WeightRule.Torch"/>.</summary>
/// <remarks>Source: Gowal et al. (2018), "large"; with batch normalisation, Shi et al. (NeurIPS 2021), appendix.</remarks>
public sealed class Cnn7 : Network
{
    private readonly Sequential layers;

    /// <summary>A network as <paramref name="configuration"/> says.</summary>
    /// <exception cref="ArgumentException">A width is below 1.</exception>
    public Cnn7(Cnn7Configuration configuration, long seed) : this(configuration, new Initialization(seed))
    {
    }

    /// <summary>A network as <paramref name="configuration"/> says, its weights from <paramref name="weights"/>.</summary>
    /// <exception cref="ArgumentException">A width or count is out of range.</exception>
    public Cnn7(Cnn7Configuration configuration, Initialization weights) : base("cnn-7", Axes(configuration.Checked().Image), configuration.Hidden)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var (before, image, width) = (configuration.Image.Channels, configuration.Image, configuration.Width);
        layers = Sequential();
        foreach (var (channels, stride) in new[] { (width, 1), (width, 1), (2 * width, 2), (2 * width, 1), (2 * width, 1) })
        {
            layers.append(weights.Conv2d(new(before, channels, 3) { Stride = stride, HasBias = true }));
            if (configuration.BatchNorm)
                layers.append(BatchNorm2d(channels));
            layers.append(ReLU());
            before = channels;
        }
        layers.append(Flatten()).append(weights.Linear((long)before * ((image.Height + 1) / 2) * ((image.Width + 1) / 2), configuration.Hidden));
        if (configuration.BatchNorm)
            layers.append(BatchNorm1d(configuration.Hidden));
        layers.append(ReLU());
        register_module(nameof(layers), layers);
        ReplaceHead(weights.Linear(configuration.Hidden, configuration.Outputs));
        Configuration = configuration;
    }

    /// <inheritdoc/>
    public override NetworkConfiguration Configuration { get; }

    /// <inheritdoc/>
    public override Tensor Features(Tensor input)
    {
        RequireImages(input);
        RequireVariance(input);
        return layers.call(input);                               // [B, hidden]
    }

    /// <inheritdoc/>
    protected override GraphValue DescribeFeatures(NetworkGraphBuilder graph, GraphValue input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Add(nameof(layers), layers, input);
    }
}
