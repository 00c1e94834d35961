using Ballast.Exchange.Networks;
using Ballast.Learning.Networks.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Networks;

/// <summary>EfficientNet (Tan and Le, "EfficientNet: rethinking model scaling for convolutional neural networks", ICML 2019), with symmetric padding as in torchvision.</summary>
/// <remarks>
/// Stem 3x3, stages of inverted residual blocks with squeeze-excite, 1x1 convolution to 4 times the last width, mean over space, dropout, the head. Convolutions are drawn from
/// N(0, 2 / (c_out k^2)), their biases are 0, batch normalisation starts at 1 and 0, the head's weights come from U(-1/sqrt(K), 1/sqrt(K)), its biases are 0. Block i of n drops its residual
/// branch with probability 0.2 i/n for each sample while training. Tensors are named as in torchvision (<c>features.1.0.block.0.0.weight</c> ...), whose <c>classifier.1</c> is the head.
/// </remarks>
public sealed class EfficientNet : Network
{
    private readonly Sequential features;
    private readonly Layers.Dropout dropout;

    /// <summary>A network as <paramref name="configuration"/> says.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A factor or probability is out of range.</exception>
    public EfficientNet(EfficientNetConfiguration configuration, long seed) : this(configuration, new Initialization(seed))
    {
    }

    /// <summary>A network as <paramref name="configuration"/> says, its weights from <paramref name="weights"/>.</summary>
    /// <exception cref="ArgumentException">A width or count is out of range.</exception>
    public EfficientNet(EfficientNetConfiguration configuration, Initialization weights)
        : base("efficientnet", Axes(configuration.Checked().Image), configuration.HeadWidth)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var stages = configuration.Stages().ToArray();
        var (blocks, block) = (stages.Sum(stage => stage.Repeats), 0);
        features = Sequential(ConvNormActivation.Silu(new(configuration.Image.Channels, configuration.StemWidth, 3) { Stride = configuration.StemStride }, configuration, weights));
        foreach (var stage in stages)
        {
            var sequence = Sequential();
            foreach (var shape in stage.Blocks())
            {
                sequence.append(new MbConv(shape, configuration, configuration.StochasticDepth * block / blocks, weights, block));
                block++;
            }
            features.append(sequence);
        }
        features.append(ConvNormActivation.Silu(new(stages[^1].Outputs, configuration.HeadWidth, 1), configuration, weights));
        dropout = new Layers.Dropout(configuration.Dropout, weights.Seed, layer: 0);
        register_module(nameof(features), features);
        register_module(nameof(dropout), dropout);
        ReplaceHead(weights.Linear(configuration.HeadWidth, configuration.Outputs, 1 / Math.Sqrt(configuration.Outputs)));
        Configuration = configuration;
    }

    /// <inheritdoc/>
    public override NetworkConfiguration Configuration { get; }

    /// <inheritdoc/>
    protected override Module<Tensor, Tensor> HeadDropout => dropout;

    /// <summary>A published variant.</summary>
    /// <param name="name">b0 to b7, or tiny.</param>
    /// <param name="outputs">Outputs K.</param>
    /// <param name="seed">Decides the first weights.</param>
    /// <param name="channels">Channels of the images.</param>
    /// <exception cref="ArgumentException">There is no such variant.</exception>
    public static EfficientNet Create(string name, int outputs, long seed, int channels = 3) => new(EfficientNetConfiguration.Named(name, outputs, channels), seed);

    /// <inheritdoc/>
    public override Tensor Features(Tensor input)
    {
        RequireImages(input);
        RequireVariance(input, Halved(input.shape[2]) * Halved(input.shape[3]));
        using var scope = NewDisposeScope();
        var maps = features.call(input);                         // [B, 4c, h / 32, w / 32]
        return maps.mean([2, 3]).MoveToOuterDisposeScope();      // [B, 4c]
    }

    // Pixels of the last maps along one axis: stem and four stages step by 2, rounding up.
    private long Halved(long pixels)
    {
        var steps = 3 + ((EfficientNetConfiguration)Configuration).StemStride;
        return (pixels + (1L << steps) - 1) >> steps;
    }

    /// <inheritdoc/>
    protected override GraphValue DescribeFeatures(NetworkGraphBuilder graph, GraphValue input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Flatten(graph.GlobalAveragePool(graph.Add(nameof(features), features, input), "avgpool"), "flatten");
    }
}
