using Ballast.Exchange.Networks;
using Ballast.Learning.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ballast.Learning.Networks;

/// <summary>Writes torch modules down as nodes of a <see cref="NetworkGraph"/>, with the modules' names and torch's names of their tensors.</summary>
public static class ModuleGraph
{
    /// <summary>Adds the nodes of a module as it computes in evaluation mode.</summary>
    /// <param name="graph">The graph being written.</param>
    /// <param name="name">The module's name in its network.</param>
    /// <param name="module">A module of this library, or torch's Sequential, Linear, Conv2d, BatchNorm, ReLU, SiLU, Sigmoid, Tanh, MaxPool2d, Flatten or Identity.</param>
    /// <param name="input">What it is applied to.</param>
    /// <exception cref="NotSupportedException">The module has no form in the graph; the message names it.</exception>
    public static GraphValue Add(this NetworkGraphBuilder graph, string name, nn.Module module, GraphValue input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return module switch
        {
            IDescribedModule described => described.Describe(graph, name, input),
            Sequential sequence => sequence.named_children().Aggregate(input, (value, child) => graph.Add($"{name}.{child.name}", child.module, value)),
            Linear layer => graph.Linear(name, input, GraphTensors.FromTorch($"{name}.weight", layer.weight), Optional($"{name}.bias", layer.bias)),
            Conv2d layer => graph.Conv2d(
                name, input, GraphTensors.FromTorch($"{name}.weight", layer.weight), Optional($"{name}.bias", layer.bias), (int)layer.stride[0], PaddingOf(name, layer), (int)layer.dilation[0], (int)layer.groups),
            BatchNorm layer => graph.BatchNorm(
                name, input, GraphTensors.FromTorch($"{name}.weight", layer.weight), GraphTensors.FromTorch($"{name}.bias", layer.bias!), GraphTensors.FromTorch($"{name}.running_mean", layer.running_mean!),
                GraphTensors.FromTorch($"{name}.running_var", layer.running_var!), (float)layer.eps, (float)(1 - (layer.momentum ?? 0.1))),
            ReLU => graph.Relu(input, name),
            SiLU => graph.Silu(input, name),
            Sigmoid => graph.Sigmoid(input, name),
            Tanh => graph.Tanh(input, name),
            MaxPool2d pool => graph.MaxPool2d(input, (int)pool.kernel_size[0], (int)(pool.stride ?? pool.kernel_size)[0], (int)(pool.padding?[0] ?? 0), name),
            Flatten => graph.Flatten(input, name),
            Identity => input,
            _ => throw new NotSupportedException($"Module '{name}' ({module?.GetType().Name}) has no form in a network's graph."),
        };
    }

    private static GraphTensor? Optional(string name, Tensor? tensor) => tensor is null ? null : GraphTensors.FromTorch(name, tensor);

    private static int PaddingOf(string name, Conv2d layer) => layer.padding is { } padding && padding.Distinct().Count() == 1 && layer.stride.Distinct().Count() == 1
        ? (int)padding[0]
        : throw new NotSupportedException($"Module '{name}' pads or steps unevenly, which has no form in a network's graph.");
}
