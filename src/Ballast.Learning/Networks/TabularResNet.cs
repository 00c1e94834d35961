using Ballast.Exchange.Networks;
using Ballast.Learning.Networks.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Networks;

/// <summary>A residual network for tables (Gorishniy, Rubachev, Khrulkov and Babenko, "Revisiting deep learning models for tabular data", NeurIPS 2021, section 3.2).</summary>
/// <remarks>Embeddings of categories, a linear layer, residual blocks, batch normalisation, ReLU, the head. Linear layers are drawn by <see cref="WeightRule.Torch"/>.</remarks>
public sealed class TabularResNet : Network
{
    private readonly CategoryEmbeddings embeddings;
    private readonly Linear first;
    private readonly Sequential blocks;
    private readonly BatchNorm1d normalization;
    private readonly ReLU relu;

    /// <summary>A network as <paramref name="configuration"/> says.</summary>
    /// <exception cref="ArgumentException">A width is below 1, or there is no column.</exception>
    public TabularResNet(TabularResNetConfiguration configuration, long seed) : this(configuration, new Initialization(seed))
    {
    }

    /// <summary>A network as <paramref name="configuration"/> says, its weights from <paramref name="weights"/>.</summary>
    /// <exception cref="ArgumentException">A width or count is out of range.</exception>
    public TabularResNet(TabularResNetConfiguration configuration, Initialization weights)
        : base("tabular-resnet", [configuration.Checked().Input.Width], configuration.Width)
    {
        ArgumentNullException.ThrowIfNull(weights);
        embeddings = new CategoryEmbeddings(configuration.Input, configuration.EmbeddingWidth, weights);
        first = weights.Linear(embeddings.Outputs, configuration.Width);
        blocks = Sequential();
        for (var block = 0; block < configuration.Blocks; block++)
            blocks.append(new TabularBlock(configuration, weights, block));
        normalization = BatchNorm1d(configuration.Width);
        relu = ReLU();
        RegisterComponents();
        ReplaceHead(weights.Linear(configuration.Width, configuration.Outputs));
        Configuration = configuration;
    }

    /// <inheritdoc/>
    public override NetworkConfiguration Configuration { get; }

    /// <inheritdoc/>
    public override Tensor Features(Tensor input)
    {
        RequireVariance(input);
        using var scope = NewDisposeScope();
        var stream = first.call(embeddings.call(input));         // [B, width]
        return relu.call(normalization.call(blocks.call(stream))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override GraphValue DescribeFeatures(NetworkGraphBuilder graph, GraphValue input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var stream = graph.Add(nameof(blocks), blocks, graph.Add(nameof(first), first, graph.Add(nameof(embeddings), embeddings, input)));
        return graph.Add(nameof(relu), relu, graph.Add(nameof(normalization), normalization, stream));
    }
}
