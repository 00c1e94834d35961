using Ballast.Data.Images;
using Ballast.Exchange.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Networks;

/// <summary>A small network for small images: (3x3 convolution, ReLU, 2x2 max pooling) n times, a hidden linear layer with ReLU, the head. First weights by <see cref="WeightRule.Torch"/>.</summary>
public sealed class SmallCnn : Network
{
    private readonly Sequential layers;
    private readonly Module<Tensor, Tensor>? dropout;

    /// <summary>The usual one: 32 and 64 channels, 128 features.</summary>
    /// <param name="image">Shape of a sample.</param>
    /// <param name="outputs">Outputs K.</param>
    /// <param name="seed">Decides the first weights.</param>
    public SmallCnn(ImageShape image, int outputs, long seed) : this(new SmallCnnConfiguration(image, [32, 64], 128, outputs), seed)
    {
    }

    /// <summary>A network as <paramref name="configuration"/> says.</summary>
    /// <exception cref="ArgumentException">A width is below 1, or the image too small for the poolings.</exception>
    public SmallCnn(SmallCnnConfiguration configuration, long seed) : this(configuration, new Initialization(seed))
    {
    }

    /// <summary>A network as <paramref name="configuration"/> says, its weights from <paramref name="weights"/>.</summary>
    /// <exception cref="ArgumentException">A width or count is out of range.</exception>
    public SmallCnn(SmallCnnConfiguration configuration, Initialization weights) : base("small-cnn", Axes(configuration.Checked().Image), configuration.Hidden)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var (width, image) = (configuration.Image.Channels, configuration.Image);
        layers = Sequential();
        foreach (var channels in configuration.Channels)
        {
            layers.append(weights.Conv2d(new(width, channels, 3) { HasBias = !configuration.BatchNorm }));
            if (configuration.BatchNorm)
                layers.append(BatchNorm2d(channels));
            layers.append(ReLU()).append(MaxPool2d(2));
            width = channels;
        }
        var poolings = configuration.Channels.Count;
        layers.append(Flatten())
            .append(weights.Linear((long)width * (image.Height >> poolings) * (image.Width >> poolings), configuration.Hidden))
            .append(ReLU());
        register_module(nameof(layers), layers);
        if (configuration.Dropout != 0)
            register_module(nameof(dropout), dropout = new Layers.Dropout(configuration.Dropout, weights.Seed, layer: 0));
        ReplaceHead(weights.Linear(configuration.Hidden, configuration.Outputs));
        Configuration = configuration;
    }

    /// <inheritdoc/>
    public override NetworkConfiguration Configuration { get; }

    /// <inheritdoc/>
    protected override Module<Tensor, Tensor>? HeadDropout => dropout;

    /// <inheritdoc/>
    public override Tensor Features(Tensor input)
    {
        RequireImages(input);
        return layers.call(input);                               // [B, hidden]
    }

    /// <inheritdoc/>
    protected override GraphValue DescribeFeatures(NetworkGraphBuilder graph, GraphValue input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Add(nameof(layers), layers, input);
    }
}
