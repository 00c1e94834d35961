using Ballast.Exchange.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Networks.Layers;

/// <summary>Inverted residual block (Sandler et al. 2018) with squeeze-excite: expand 1x1, depthwise kxk, squeeze-excite, project 1x1 without activation, plus the input where shapes allow.</summary>
internal sealed class MbConv : Module<Tensor, Tensor>, IDescribedModule
{
    private readonly bool isResidual;
    private readonly Sequential block;
    private readonly StochasticDepth stochastic_depth;

    /// <summary>Makes a block.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="configuration">Batch normalisation's constants.</param>
    /// <param name="dropped">Probability that the branch is dropped for a sample, where there is a residual.</param>
    /// <param name="weights">Draws the weights.</param>
    /// <param name="index">Which block of the network.</param>
    public MbConv(MbConvShape shape, EfficientNetConfiguration configuration, double dropped, Initialization weights, int index) : base("mbconv")
    {
        isResidual = shape.IsResidual;
        var expanded = shape.Expanded;
        block = Sequential();
        if (shape.Expansion != 1)
            block.append(ConvNormActivation.Silu(new(shape.Inputs, expanded, 1), configuration, weights));
        block.append(ConvNormActivation.Silu(new(expanded, expanded, shape.Kernel) { Stride = shape.Stride, Groups = expanded }, configuration, weights))
            .append(new SqueezeExcite(expanded, shape.Squeezed, weights))
            .append(ConvNormActivation.Linear(new(expanded, shape.Outputs, 1), configuration, weights));
        stochastic_depth = new StochasticDepth(dropped, weights.Seed, index);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        if (!isResidual)
            return block.call(input);
        using var scope = NewDisposeScope();
        return (stochastic_depth.call(block.call(input)) + input).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public GraphValue Describe(NetworkGraphBuilder graph, string name, GraphValue input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var branch = graph.Add($"{name}.block", block, input);
        return isResidual ? graph.Add(branch, input, $"{name}.add") : branch;
    }
}
