using Ballast.Cli.Commands.Networks;
using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Exchange.Onnx;
using Ballast.Learning.Adversarial;
using Ballast.Learning.Networks;
using Ballast.Learning.Onnx;
using Ballast.Learning.Tabular;
using Ballast.Learning.Tabular.Saving;
using Ballast.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Ballast.Cli.Commands.Robustness;

/// <summary>A file's network as what maps samples to scores of classes, differentiably: saved by train, ONNX, or inside a model of a table.</summary>
internal sealed class ScoringModel : IDisposable
{
    private readonly Module network;

    private ScoringModel(string path, Module network, IReadOnlyList<long> inputShape, int outputs, IReadOnlyList<string> classNames, InputNormalization? normalization)
    {
        (Path, this.network, InputShape, Outputs, ClassNames, Normalization) = (path, network, inputShape, outputs, classNames, normalization);
        Module = normalization is null ? network : new NormalizedModel(network, normalization);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>[B, <see cref="InputShape"/>] to [B, <see cref="Outputs"/>] scores, in evaluation mode; the file's normalisation is in front.</summary>
    public Module Module { get; }

    /// <summary>Shape of a sample.</summary>
    public IReadOnlyList<long> InputShape { get; }

    /// <summary>Classes K, at least 2.</summary>
    public int Outputs { get; }

    /// <summary>Names of the classes; empty where the file has none.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>What the file says that samples go through first; null for nothing.</summary>
    public InputNormalization? Normalization { get; }

    /// <summary>The network as a graph, without <see cref="Normalization"/>: what a proof is about.</summary>
    public required Func<NetworkGraph> ToGraph { get; init; }

    /// <summary>The kind of number it computes in.</summary>
    public ScalarType Type => Table is null ? ScalarType.Float32 : ScalarType.Float64;

    /// <summary>The model of a table that the network is a part of; null for a network by itself.</summary>
    public SavedModel? Table { get; private init; }

    /// <summary>Opens a file and checks that it can be attacked.</summary>
    /// <exception cref="DataFormatException">The file is damaged or of another kind, names an operator that is not known, holds a weight that is no number, or its scores have no gradient.</exception>
    public static ScoringModel Open(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file '{path}'.", path);
        var model = System.IO.Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".onnx" => OfGraph(path),
            ".safetensors" => OfNetwork(path),
            _ => OfTable(path),
        };
        try
        {
            model.Check();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Moves the network to a device; the samples must lie there too.</summary>
    public void MoveTo(TrainingDevice device) => network.to(device.Resolve());

    public void Dispose()
    {
        Module.Dispose();
        network.Dispose();
    }

    private static ScoringModel OfNetwork(string path)
    {
        var saved = NetworkReading.Open(path);
        return new ScoringModel(path, saved.Network, saved.Network.InputShape, HeadConfiguration.Of(saved.Network.Head).Outputs, saved.ClassNames, saved.Normalization) { ToGraph = saved.Network.ToGraph };
    }

    private static ScoringModel OfTable(string path)
    {
        var model = ModelFile.Load(path);
        if (model.Classifier is not TrainedNetworkClassifier { Network: { } network } classifier || model.Encoder is null || model.Target is null)
            throw new DataFormatException(path, model.Classifier is null ? "a model of numbers" : "a model without a gradient", "a network that train made with --model-kind mlp or resnet for classes");
        return new ScoringModel(path, network, network.InputShape, classifier.OutputNames.Count, classifier.OutputNames, null) { Table = model, ToGraph = network.ToGraph };
    }

    private static ScoringModel OfGraph(string path)
    {
        var graph = Scores(OnnxGraphReader.Read(path), path);
        var output = graph[graph.Outputs[0].Value];
        if (output.Shape.Count != 2 || output.Shape[1] < 2 || !output.Type.IsReal)
            throw new DataFormatException(path, $"an output {output.Type}", "scores [n, K] of at least two classes");
        var module = Converted(graph, path);
        return new ScoringModel(path, module, [.. graph[graph.Inputs[0]].SampleShape.Select(extent => (long)extent)], output.Shape[1], [], null) { ToGraph = () => graph };
    }

    private static GraphModule Converted(NetworkGraph graph, string path)
    {
        try
        {
            return new GraphModule(graph);
        }
        catch (Exception error) when (error is NotSupportedException or ArgumentException)
        {
            throw new DataFormatException(path, error.Message.TrimEnd('.'), "a network that can be differentiated", inner: error);
        }
    }

    // Scores before a softmax that ends the network: losses are taken of scores.
    private static NetworkGraph Scores(NetworkGraph graph, string path)
    {
        if (graph.Inputs.Count != 1 || graph.Outputs.Count != 1)
            throw new DataFormatException(path, $"{graph.Inputs.Count} inputs and {graph.Outputs.Count} outputs", "a network of one input and one output");
        var last = graph.Outputs[0].Value;
        while (graph[last].Operator is SoftmaxOperator or LogSoftmaxOperator)
            last = graph[last].Inputs[0];
        if (last == graph.Outputs[0].Value)
            return graph;
        var builder = new NetworkGraphBuilder();
        var placed = new Dictionary<int, GraphValue>();
        for (var i = 0; i <= last.Index; i++)
        {
            var node = graph.Nodes[i];
            placed[i] = node.Operator is InputOperator ? builder.Input(node.Name, node.SampleShape, node.Type.Element) : builder.Apply(node.Operator, node.Name, [.. node.Inputs.Select(value => placed[value.Index])]);
        }
        builder.Output("scores", placed[last.Index]);
        return builder.Build();
    }

    private void Check()
    {
        using var scope = NewDisposeScope();
        foreach (var (name, tensor) in network.named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter)).Concat(network.named_buffers().Select(pair => (pair.name, pair.buffer))))
            if (tensor.is_floating_point() && !tensor.isfinite().all().item<bool>())
                throw new DataFormatException(Path, $"a weight in '{name}' that is no finite number", "finite weights");
        using var gradients = enable_grad();
        var sample = zeros([2, .. InputShape], Type).requires_grad_();
        var scores = Module.call(sample);
        if (!scores.requires_grad || autograd.grad([scores.sum()], [sample], allow_unused: true) is not [{ IsInvalid: false }])
            throw new DataFormatException(Path, "scores that do not depend on the input by a gradient", "a network that can be differentiated");
    }
}
