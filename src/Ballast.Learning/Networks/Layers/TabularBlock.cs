using Ballast.Exchange.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Networks.Layers;

/// <summary>x + Dropout(Linear(Dropout(ReLU(Linear(BatchNorm(x)))))): the residual block of Gorishniy et al. 2021, equation 2.</summary>
internal sealed class TabularBlock : Module<Tensor, Tensor>, IDescribedModule
{
    private readonly BatchNorm1d normalization;
    private readonly Linear linear1, linear2;
    private readonly ReLU relu;
    private readonly Dropout dropout1, dropout2;

    public TabularBlock(TabularResNetConfiguration configuration, Initialization weights, int block) : base("tabular block")
    {
        var hidden = configuration.Width * configuration.HiddenFactor;
        normalization = BatchNorm1d(configuration.Width);
        linear1 = weights.Linear(configuration.Width, hidden);
        relu = ReLU();
        dropout1 = new Dropout(configuration.HiddenDropout, weights.Seed, 2 * block);
        linear2 = weights.Linear(hidden, configuration.Width);
        dropout2 = new Dropout(configuration.ResidualDropout, weights.Seed, (2 * block) + 1);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var hidden = dropout1.call(relu.call(linear1.call(normalization.call(input))));   // [B, hidden]
        return (input + dropout2.call(linear2.call(hidden))).MoveToOuterDisposeScope();   // [B, width]
    }

    /// <inheritdoc/>
    public GraphValue Describe(NetworkGraphBuilder graph, string name, GraphValue input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var hidden = graph.Add($"{name}.relu", relu, graph.Add($"{name}.linear1", linear1, graph.Add($"{name}.normalization", normalization, input)));
        return graph.Add(input, graph.Add($"{name}.linear2", linear2, hidden), $"{name}.add");
    }
}
