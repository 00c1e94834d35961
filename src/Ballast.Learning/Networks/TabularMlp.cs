using Ballast.Exchange.Networks;
using Ballast.Learning.Networks.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Networks;

/// <summary>A multilayer perceptron for tables: embeddings of categories, then linear layers with ReLU and dropout (Gorishniy et al. 2021, section 3.1). Linear layers are drawn by <see cref="WeightRule.Torch"/>.</summary>
public sealed class TabularMlp : Network
{
    private readonly CategoryEmbeddings embeddings;
    private readonly Sequential layers;

    /// <summary>A network as <paramref name="configuration"/> says.</summary>
    /// <exception cref="ArgumentException">A width is below 1, or there is no column.</exception>
    public TabularMlp(TabularMlpConfiguration configuration, long seed) : this(configuration, new Initialization(seed))
    {
    }

    /// <summary>A network as <paramref name="configuration"/> says, its weights from <paramref name="weights"/>.</summary>
    /// <exception cref="ArgumentException">A width or count is out of range.</exception>
    public TabularMlp(TabularMlpConfiguration configuration, Initialization weights)
        : base("tabular-mlp", [configuration.Checked().Input.Width], configuration.FeatureCount)
    {
        ArgumentNullException.ThrowIfNull(weights);
        embeddings = new CategoryEmbeddings(configuration.Input, configuration.EmbeddingWidth, weights);
        layers = Sequential();
        var width = embeddings.Outputs;
        foreach (var (index, next) in configuration.Hidden.Index())
        {
            layers.append(weights.Linear(width, next)).append(ReLU());
            if (configuration.Dropout != 0)
                layers.append(new Layers.Dropout(configuration.Dropout, weights.Seed, index));
            width = next;
        }
        RegisterComponents();
        ReplaceHead(weights.Linear(width, configuration.Outputs));
        Configuration = configuration;
    }

    /// <inheritdoc/>
    public override NetworkConfiguration Configuration { get; }

    /// <inheritdoc/>
    public override Tensor Features(Tensor input)
    {
        using var numbers = embeddings.call(input);              // [B, n + c d]
        return layers.call(numbers);                             // [B, width]
    }

    /// <inheritdoc/>
    protected override GraphValue DescribeFeatures(NetworkGraphBuilder graph, GraphValue input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Add(nameof(layers), layers, graph.Add(nameof(embeddings), embeddings, input));
    }
}
