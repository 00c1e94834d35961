using Ballast.Exchange.Networks;
using Ballast.Learning.Networks.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Networks;

/// <summary>A residual network in its form for small images (He, Zhang, Ren and Sun, "Deep residual learning for image recognition", CVPR 2016, section 4.2).</summary>
/// <remarks>
/// 3x3 stem of stride 1, stages of basic blocks, mean over space, the head. Convolutions are drawn by <see cref="WeightRule.KaimingFanOut"/>, batch
/// normalisation starts at 1 and 0, the head by <see cref="WeightRule.Torch"/>. Names as in torchvision (<c>conv1</c>, <c>bn1</c>, <c>layer1.0.conv1</c> ...), the head apart.
/// </remarks>
public sealed class ResNet : Network
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly ReLU relu;
    private readonly Sequential[] stages;

    /// <summary>A network as <paramref name="configuration"/> says.</summary>
    /// <exception cref="ArgumentException">Stages and widths disagree, or a count is below 1.</exception>
    public ResNet(ResNetConfiguration configuration, long seed) : this(configuration, new Initialization(seed))
    {
    }

    /// <summary>A network as <paramref name="configuration"/> says, its weights from <paramref name="weights"/>.</summary>
    /// <exception cref="ArgumentException">A width or count is out of range.</exception>
    public ResNet(ResNetConfiguration configuration, Initialization weights)
        : base($"resnet-{2 + (2 * configuration.Checked().Blocks.Sum())}", Axes(configuration.Image), configuration.Widths[^1])
    {
        ArgumentNullException.ThrowIfNull(weights);
        var width = configuration.Widths[0];
        conv1 = weights.Conv2d(new(configuration.Image.Channels, width, 3), WeightRule.KaimingFanOut);
        bn1 = BatchNorm2d(width);
        relu = ReLU();
        register_module(nameof(conv1), conv1);
        register_module(nameof(bn1), bn1);
        register_module(nameof(relu), relu);
        stages = new Sequential[configuration.Blocks.Count];
        for (var stage = 0; stage < stages.Length; stage++)
        {
            stages[stage] = Sequential();
            for (var block = 0; block < configuration.Blocks[stage]; block++)
            {
                var stride = stage > 0 && block == 0 ? 2 : 1;
                stages[stage].append(new BasicBlock(width, configuration.Widths[stage], stride, configuration.Shortcut, weights));
                width = configuration.Widths[stage];
            }
            register_module($"layer{stage + 1}", stages[stage]);
        }
        ReplaceHead(weights.Linear(width, configuration.Outputs));
        Configuration = configuration;
    }

    /// <inheritdoc/>
    public override NetworkConfiguration Configuration { get; }

    /// <inheritdoc/>
    public override Tensor Features(Tensor input)
    {
        RequireImages(input);
        var (scale, halvings) = (1L << (stages.Length - 1), stages.Length - 1);
        RequireVariance(input, ((input.shape[2] + scale - 1) >> halvings) * ((input.shape[3] + scale - 1) >> halvings));
        using var scope = NewDisposeScope();
        var maps = relu.call(bn1.call(conv1.call(input)));       // [B, c, h, w]
        foreach (var stage in stages)
            maps = stage.call(maps);                             // [B, c', h', w']
        return maps.mean([2, 3]).MoveToOuterDisposeScope();      // [B, c']
    }

    /// <inheritdoc/>
    protected override GraphValue DescribeFeatures(NetworkGraphBuilder graph, GraphValue input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var maps = graph.Add(nameof(relu), relu, graph.Add(nameof(bn1), bn1, graph.Add(nameof(conv1), conv1, input)));
        for (var stage = 0; stage < stages.Length; stage++)
            maps = graph.Add($"layer{stage + 1}", stages[stage], maps);
        return graph.Flatten(graph.GlobalAveragePool(maps, "avgpool"), "features");
    }
}
