using Ballast.Exchange.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Networks.Layers;

/// <summary>Basic residual block (He et al. 2016, figure 3): two 3x3 convolutions with batch normalisation beside a shortcut, ReLU after the sum.</summary>
internal sealed class BasicBlock : Module<Tensor, Tensor>, IDescribedModule
{
    private readonly Conv2d conv1, conv2;
    private readonly BatchNorm2d bn1, bn2;
    private readonly ReLU relu1, relu2;

    // Null where the input is passed on as it is.
    private readonly Module<Tensor, Tensor>? downsample;

    /// <summary>[B, inputs, h, w] to [B, outputs, h / stride, w / stride].</summary>
    public BasicBlock(int inputs, int outputs, int stride, ResidualShortcut shortcut, Initialization weights) : base("basic block")
    {
        conv1 = weights.Conv2d(new(inputs, outputs, 3) { Stride = stride }, WeightRule.KaimingFanOut);
        bn1 = BatchNorm2d(outputs);
        relu1 = ReLU();
        conv2 = weights.Conv2d(new(outputs, outputs, 3), WeightRule.KaimingFanOut);
        bn2 = BatchNorm2d(outputs);
        relu2 = ReLU();
        if (stride != 1 || inputs != outputs)
            downsample = shortcut == ResidualShortcut.Pad
                ? new PadShortcut(stride, outputs - inputs)
                : Sequential(weights.Conv2d(new(inputs, outputs, 1) { Stride = stride }, WeightRule.KaimingFanOut), BatchNorm2d(outputs));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var branch = relu1.call(bn1.call(conv1.call(input)));
        branch = bn2.call(conv2.call(branch));
        return relu2.call(branch + (downsample?.call(input) ?? input)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public GraphValue Describe(NetworkGraphBuilder graph, string name, GraphValue input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var branch = graph.Add($"{name}.relu1", relu1, graph.Add($"{name}.bn1", bn1, graph.Add($"{name}.conv1", conv1, input)));
        branch = graph.Add($"{name}.bn2", bn2, graph.Add($"{name}.conv2", conv2, branch));
        var shortcut = downsample is null ? input : graph.Add($"{name}.downsample", downsample, input);
        return graph.Add($"{name}.relu2", relu2, graph.Add(branch, shortcut, $"{name}.add"));
    }
}
