using Ballast.Core;
using Ballast.Data.Reading;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx;
using Ballast.Exchange.Onnx.Parts;
using Ballast.Learning.Networks;
using Ballast.Learning.Tabular;
using Ballast.Learning.Tabular.Saving;
using Ballast.Robustness.Faults.Chains;

namespace Ballast.Cli.Commands.Robustness;

/// <summary>The network that faults are injected into.</summary>
/// <param name="Chain">As a chain of layers, which runs without any runtime; null where it is none, and weights are struck.</param>
/// <param name="Network">Taken apart for ONNX Runtime, where it is no chain.</param>
/// <param name="InputShape">Batch included; -1 where an extent is open.</param>
/// <param name="Normalization">What images go through first.</param>
internal sealed record FaultModel(NetworkChain? Chain, OnnxDissection? Network, Extents InputShape, InputNormalization? Normalization)
{
    /// <summary>From a table's own columns to what the network takes, where the file knows them; null where it does not.</summary>
    public Func<Table, EncodedTable>? Encode { get; private init; }

    private const string OneChain = "a chain of layers with finite weights (--target weights takes any network)";

    /// <summary>The shape of a sample: what the file says, with open extents taken from the data.</summary>
    /// <param name="data">The data's own shape of a sample; its product alone counts where the rank is another.</param>
    public Extents SampleShapeFor(Extents data)
    {
        var sample = SampleShape;
        if (sample.Count == 0 && InputShape.Count == 0)
            return data;
        if (sample.Count == data.Count)
            return [.. sample.Zip(data, (own, given) => own < 0 ? given : own)];
        var known = sample.Where(extent => extent > 0).Aggregate(1L, (product, extent) => product * extent);
        return sample.Count(extent => extent < 0) == 1 && known > 0 ? [.. sample.Select(extent => extent < 0 ? (int)(data.Product / known) : extent)] : sample;
    }

    /// <summary>The shape of a sample as the file says it.</summary>
    public Extents SampleShape => IsBatched ? InputShape.Skip(1) : InputShape;

    private bool IsBatched => InputShape.Count > 1 && InputShape[0] is -1 or 1;

    /// <summary>The shape that goes in for one sample.</summary>
    public Extents RunShape(Extents sample) => IsBatched || InputShape.Count == 0 ? [1, .. sample] : sample;

    /// <exception cref="DataFormatException">The file is damaged, or no network that this can be done with.</exception>
    public static FaultModel Open(FaultJob job)
    {
        if (!File.Exists(job.Model))
            throw new FileNotFoundException($"There is no file '{job.Model}'.", job.Model);
        switch (Path.GetExtension(job.Model).ToLowerInvariant())
        {
            case ".onnx": return OpenOnnx(job);
            case ".safetensors":
                RequireOneOutput(job);
                var saved = NetworkFile.Load(job.Model);
                using (saved.Network)
                    return OfGraph(saved.Network.ToGraph(), job) with { Normalization = saved.Normalization };
            case ".ballast":
                RequireOneOutput(job);
                return OfTable(job);
            default: throw new ArgumentException($"'{job.Model}' is no network: .onnx, .safetensors or .ballast is expected.");
        }
    }

    private static void RequireOneOutput(FaultJob job)
    {
        if (job.Scores is not null)
            throw new ArgumentException("--scores names an output of an ONNX file; a network that train saved has one.");
    }

    private static FaultModel OfGraph(NetworkGraph graph, FaultJob job)
    {
        var chain = ChainOf(graph, job);
        return new FaultModel(chain, chain is null ? OnnxDissection.Of(graph) : null, graph[graph.Inputs[0]].Shape, null);
    }

    // Weights are struck in single precision, as export writes them.
    private static FaultModel OfTable(FaultJob job)
    {
        var model = ModelFile.Load(job.Model);
        if (model is not { Classifier: TrainedNetworkClassifier { Network: { } network } classifier, Encoder: { } encoder })
            throw new DataFormatException(job.Model, model.Classifier is null ? "a model of numbers" : "a model without a network", "a network that train made with --model-kind mlp or resnet for classes");
        using (network)
            return OfGraph(network.ToGraph(), job) with { Encode = Encoded };

        EncodedTable Encoded(Table table)
        {
            var rows = encoder.Transform(table, null);
            return rows with { Data = classifier.Encoding.Apply(rows.Data) };
        }
    }

    private static FaultModel OpenOnnx(FaultJob job)
    {
        if (job.Scores is null)
            try
            {
                var graph = OnnxGraphReader.Read(job.Model);
                if (ChainOf(graph, job) is { } chain)
                    return new FaultModel(chain, null, graph[graph.Inputs[0]].Shape, null);
            }
            catch (DataFormatException) when (job.TakesAnyNetwork)
            {
                // An operator that is not known here: ONNX Runtime may know it.
            }
        var network = OnnxDissection.Read(job.Model, job.Scores);
        return new FaultModel(null, network, network.InputShape, null);
    }

    private static NetworkChain? ChainOf(NetworkGraph graph, FaultJob job)
    {
        try
        {
            return NetworkChain.Of(graph);
        }
        catch (NotSupportedException) when (job.TakesAnyNetwork)
        {
            return null;
        }
        catch (Exception error) when (error is NotSupportedException or ArgumentException)
        {
            throw new DataFormatException(job.Model, error.Message.Split(" (Parameter")[0].TrimEnd('.'), OneChain, inner: error);
        }
    }
}
