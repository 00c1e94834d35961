using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx;
using Ballast.Exchange.Onnx.Parts;
using Ballast.Learning.Networks;
using Ballast.Robustness.Faults.Chains;

namespace Ballast.Cli.Commands.Robustness;

/// <summary>The network that faults are injected into.</summary>
/// <param name="Chain">As a chain of layers, which runs without any runtime; null where it is none, and weights are struck.</param>
/// <param name="Network">Taken apart for ONNX Runtime, where it is no chain.</param>
/// <param name="InputShape">Batch included; -1 where an extent is open.</param>
/// <param name="Normalization">What images go through first.</param>
internal sealed record FaultModel(NetworkChain? Chain, OnnxDissection? Network, Extents InputShape, InputNormalization? Normalization)
{
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
                if (job.Scores is not null)
                    throw new ArgumentException("--scores names an output of an ONNX file; a network that train saved has one.");
                var saved = NetworkFile.Load(job.Model);
                using (saved.Network)
                {
                    var graph = saved.Network.ToGraph();
                    var chain = ChainOf(graph, job);
                    return new FaultModel(chain, chain is null ? OnnxDissection.Of(graph) : null, graph[graph.Inputs[0]].Shape, saved.Normalization);
                }
            default: throw new ArgumentException($"'{job.Model}' is no network: .onnx or .safetensors is expected.");
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
