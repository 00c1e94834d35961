using Ballast.Exchange.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Networks;

/// <summary>A multilayer perceptron: linear layers with ReLU between them, optionally batch normalisation and dropout. First weights by <see cref="WeightRule.Torch"/>.</summary>
public sealed class Mlp : Network
{
    private readonly Sequential layers;

    /// <summary>A plain perceptron.</summary>
    /// <param name="inputs">Features d.</param>
    /// <param name="hidden">Widths of the hidden layers.</param>
    /// <param name="outputs">Outputs K.</param>
    /// <param name="seed">Decides the first weights.</param>
    public Mlp(int inputs, IReadOnlyList<int> hidden, int outputs, long seed) : this(new MlpConfiguration(inputs, hidden, outputs), seed)
    {
    }

    /// <summary>A perceptron as <paramref name="configuration"/> says.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A width is below 1, or the dropout outside [0, 1).</exception>
    public Mlp(MlpConfiguration configuration, long seed) : this(configuration, new Initialization(seed))
    {
    }

    /// <summary>A network as <paramref name="configuration"/> says, its weights from <paramref name="weights"/>.</summary>
    /// <exception cref="ArgumentException">A width or count is out of range.</exception>
    public Mlp(MlpConfiguration configuration, Initialization weights)
        : base("mlp", [configuration.Checked().Inputs], configuration.Hidden.Count > 0 ? configuration.Hidden[^1] : configuration.Inputs)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var width = configuration.Inputs;
        layers = Sequential();
        foreach (var (index, next) in configuration.Hidden.Index())
        {
            layers.append(weights.Linear(width, next));
            if (configuration.BatchNorm)
                layers.append(BatchNorm1d(next));
            layers.append(ReLU());
            if (configuration.Dropout != 0)
                layers.append(new Layers.Dropout(configuration.Dropout, weights.Seed, index));
            width = next;
        }
        register_module(nameof(layers), layers);
        ReplaceHead(weights.Linear(width, configuration.Outputs));
        Configuration = configuration;
    }

    /// <inheritdoc/>
    public override NetworkConfiguration Configuration { get; }

    /// <inheritdoc/>
    public override Tensor Features(Tensor input)
    {
        RequireVariance(input);
        using var flat = input.flatten(1);                       // [B, d]
        return layers.call(flat);                                // [B, width]
    }

    /// <inheritdoc/>
    protected override GraphValue DescribeFeatures(NetworkGraphBuilder graph, GraphValue input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Add(nameof(layers), layers, input);
    }
}
