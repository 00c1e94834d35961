using Ballast.Exchange;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx;
using Ballast.Exchange.Onnx.Protobuf;
using Ballast.Learning.Onnx;
using Ballast.Tests.Exchange.Onnx;
using TorchSharp;

namespace Ballast.Tests.Learning.Onnx;

/// <summary>A case of the ONNX standard's own suite: a model with inputs and the outputs that it must give.</summary>
internal sealed class ConformanceCase
{
    // The tolerances of the standard's own test runner.
    private const double RelativeTolerance = 1e-3;
    private const double AbsoluteTolerance = 1e-7;

    private static readonly ElementType[] ClaimedTypes =
        [ElementType.Float32, ElementType.Float64, ElementType.Int64, ElementType.Int32, ElementType.Int16, ElementType.Int8, ElementType.UInt8, ElementType.Boolean];

    private readonly string folder;
    private readonly ModelProto model;

    private ConformanceCase(string folder)
    {
        this.folder = folder;
        Bytes = File.ReadAllBytes(Path.Combine(folder, "model.onnx"));
        model = ModelProto.Parser.ParseFrom(Bytes);
    }

    public byte[] Bytes { get; }

    /// <summary>How the model is read where its inputs are tensors: those that decide shapes are known.</summary>
    public OnnxReadOptions Options
    {
        get
        {
            var set = Directory.GetDirectories(folder, "test_data_set_*").Order(StringComparer.Ordinal).First();
            return new OnnxReadOptions
            {
                Batch = OnnxBatchAxis.AsWritten,
                ShapingInputs = Unclaimed is null ? InputNames.Zip(Tensors(set, "input")).ToDictionary(pair => pair.First, pair => pair.Second) : [],
            };
        }
    }

    private IEnumerable<string> InputNames => model.Graph.Input.Select(input => input.Name);

    public string Name => Path.GetFileName(folder);

    public IReadOnlyList<string> Operators => [.. model.Graph.Node.Select(node => node.OpType).Distinct()];

    /// <summary>The operator that the case is about: that of its only node; null where there are more.</summary>
    public string? Subject => model.Graph.Node.Count == 1 ? model.Graph.Node[0].OpType : null;

    /// <summary>Why the case is none of ours; null where it is.</summary>
    public string? Unclaimed
    {
        get
        {
            foreach (var value in model.Graph.Input.Concat(model.Graph.Output))
                if (value.Type?.TensorType is not { } tensor)
                    return "sequences and optionals";
                else if ((TensorProto.Types.DataType)tensor.ElemType is var type && !ClaimedTypes.Any(claimed => OnnxTensors.TypeOf(claimed) == type))
                    return $"{type}".ToLowerInvariant();
            // Its expected output was drawn from another library's generator.
            return Name.StartsWith("test_training_dropout", StringComparison.Ordinal) && !Name.Contains("zero_ratio", StringComparison.Ordinal) ? "random results" : null;
        }
    }

    public static IReadOnlyList<ConformanceCase> All(string root) => [.. Directory.GetDirectories(root).Order(StringComparer.Ordinal).Select(folder => new ConformanceCase(folder))];

    /// <summary>Runs the case; null where every output is as it must be, else the first difference.</summary>
    public string? Run()
    {
        foreach (var set in Directory.GetDirectories(folder, "test_data_set_*").Order(StringComparer.Ordinal))
        {
            var inputs = Tensors(set, "input");
            try
            {
                if (Difference(inputs, Tensors(set, "output")) is { } difference)
                    return $"{Name}: {difference}";
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                return $"{Name}: {error.Message.Split('\n')[0]}";
            }
        }
        return null;
    }

    private string? Difference(GraphTensor[] inputs, GraphTensor[] expected)
    {
        using var scope = torch.NewDisposeScope();
        var names = model.Graph.Input.Select(input => input.Name).ToArray();
        var graph = OnnxGraphReader.Read(Path.Combine(folder, "model.onnx"), new OnnxReadOptions
        {
            Batch = OnnxBatchAxis.AsWritten,
            ShapingInputs = names.Zip(inputs).ToDictionary(pair => pair.First, pair => pair.Second),
        });
        var again = OnnxBytes.Read(OnnxBytes.Of(graph), new OnnxReadOptions { Batch = OnnxBatchAxis.AsWritten });
        if (graph.DifferenceFrom(again) is { } changed)
            return $"written and read again it differs: {changed}";
        using var module = new GraphModule(graph);
        using var _ = torch.no_grad();
        var results = module.Run([.. graph.Inputs.Select(input => GraphTensors.ToTorch(inputs[Array.IndexOf(names, graph[input].Name)]))]);
        for (var i = 0; i < expected.Length; i++)
        {
            var (result, wanted) = (results[i], GraphTensors.ToTorch(expected[i]));
            if (result.dtype != wanted.dtype || !result.shape.SequenceEqual(wanted.shape))
                return $"output {i} is {result.dtype} [{string.Join(", ", result.shape)}], not {wanted.dtype} [{string.Join(", ", wanted.shape)}]";
            if (!torch.allclose(result.to_type(torch.float64), wanted.to_type(torch.float64), RelativeTolerance, AbsoluteTolerance, equal_nan: true))
                return $"output {i} is off by up to {(result.to_type(torch.float64) - wanted.to_type(torch.float64)).abs().max().ToDouble():G3}";
            if (!graph[graph.Outputs[i].Value].Shape.ToLongs().SequenceEqual(result.shape))
                return $"output {i} has the shape [{string.Join(", ", result.shape)}], not {graph[graph.Outputs[i].Value].Shape} as the graph says";
        }
        return null;
    }

    private static GraphTensor[] Tensors(string set, string kind) =>
        [.. Directory.GetFiles(set, $"{kind}_*.pb").OrderBy(path => int.Parse(Path.GetFileNameWithoutExtension(path).Split('_')[1])).Select(path =>
            OnnxTensors.Read(TensorProto.Parser.ParseFrom(File.ReadAllBytes(path)), Path.GetFileNameWithoutExtension(path), path, null))];
}
