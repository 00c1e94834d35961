using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx.Protobuf;

namespace Ballast.Exchange.Onnx.Import;

/// <summary>A parsed model with its initialisers decoded and the facts about it checked that do not depend on options.</summary>
internal sealed record OnnxModel(GraphProto Graph, long Opset, string File, string? Folder, IReadOnlyDictionary<string, GraphTensor> Initializers)
{
    private const int OldestOpset = 1;
    private const int NewestOpset = 24;

    /// <summary>Inputs that are given from outside (old files list the initialisers among them).</summary>
    public IEnumerable<ValueInfoProto> Inputs => Graph.Input.Where(input => !Initializers.ContainsKey(input.Name));

    /// <summary>Whether every input has an extent of 1, or an open one, as its first axis, and some 1 among them.</summary>
    public bool IsForOneSample
    {
        get
        {
            var leads = Inputs.Select(input => input.Type?.TensorType?.Shape is { Dim.Count: > 1 } shape ? shape.Dim[0] : null).ToArray();
            return leads.All(lead => lead is not null && (Open(lead) || lead.DimValue == 1)) && leads.Any(lead => !Open(lead!));
        }
    }

    public static bool Open(TensorShapeProto.Types.Dimension extent) => extent.ValueCase != TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue || extent.DimValue < 0;

    public static OnnxModel Open(ModelProto model, string file, string? folder)
    {
        if (model.Graph is null || model.Graph.Node.Count + model.Graph.Output.Count == 0)
            throw new DataFormatException(file, "no graph", "an ONNX model");
        if (model.Graph.SparseInitializer.Count > 0)
            throw new DataFormatException(file, "sparse initialisers", "dense ones");
        var opset = model.OpsetImport.FirstOrDefault(set => set.Domain is "" or "ai.onnx")?.Version ?? throw new DataFormatException(file, "no version of the operator set", $"one from {OldestOpset} to {NewestOpset}");
        if (opset is < OldestOpset or > NewestOpset)
            throw new DataFormatException(file, $"operator set {opset}", $"one from {OldestOpset} to {NewestOpset}");
        var initializers = new Dictionary<string, GraphTensor>();
        foreach (var tensor in model.Graph.Initializer)
        {
            if (tensor.Name.Length == 0)
                throw new DataFormatException(file, "an initialiser without a name", "names");
            if (!initializers.TryAdd(tensor.Name, OnnxTensors.Read(tensor, tensor.Name, file, folder)))
                throw new DataFormatException(file, $"two initialisers '{tensor.Name}'", "names that are unique");
            // Decoded: the bytes need not be kept twice.
            tensor.RawData = Google.Protobuf.ByteString.Empty;
            tensor.FloatData.Clear();
            tensor.FloatData.Capacity = 0;
        }
        return new OnnxModel(model.Graph, opset, file, folder, initializers);
    }
}
