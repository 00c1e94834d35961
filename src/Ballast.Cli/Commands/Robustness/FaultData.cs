using System.Numerics.Tensors;
using Ballast.Cli.Commands.Networks;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Data.Reading;
using Ballast.Exchange;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx;
using Ballast.Learning.Networks;
using Ballast.Learning.Training.Feeding;
using Ballast.Robustness.Faults;
using Ballast.Robustness.Faults.Chains;

namespace Ballast.Cli.Commands.Robustness;

/// <summary>The network and the rows that faults are tried on.</summary>
/// <param name="Graph">The network.</param>
/// <param name="Chain">The same as a chain of layers; null where it is none, and weights are struck.</param>
/// <param name="Calibration">Rows that give the ranges of activations.</param>
/// <param name="Inputs">Rows that are run with faults.</param>
internal sealed record FaultData(NetworkGraph Graph, NetworkChain? Chain, FaultInputs Calibration, FaultInputs Inputs)
{
    private const int CalibrationRows = 500;

    public static FaultData Read(CommandSession session, FaultJob job)
    {
        var (graph, normalization) = Open(job.Model);
        var chain = ChainOf(graph, job);
        var inputs = (int)graph[graph.Inputs[0]].SampleShape.Product;
        var data = ReadRows(session, job, graph[graph.Inputs[0]].SampleShape);
        if (normalization is not null && data.SampleShape.Count == 3)
            data = ChannelNormalization.Apply(data, normalization);
        if (data.Count == 0 || data.Width != inputs)
            throw new DataFormatException(job.Data, $"{data.Count} rows of {data.Width} numbers", $"rows of {inputs}, which '{job.Model}' takes");
        if (!TensorPrimitives.IsFiniteAll(data.Features.Span))
            throw new DataFormatException(job.Data, "an input that is missing or not finite", "numbers alone");
        var order = RandomStream.For(session.Seed, "inject, rows").Permutation(data.Count);
        return new FaultData(graph, chain, Of(data, order, CalibrationRows), Of(data, order, job.Rows));
    }

    private static NetworkChain? ChainOf(NetworkGraph graph, FaultJob job)
    {
        try
        {
            return NetworkChain.Of(graph);
        }
        catch (NotSupportedException) when (job is { Target: FaultTargetKind.Weights, Remedy: FaultRemedy.None } && graph.Inputs.Count == 1 && graph.Outputs.Count == 1)
        {
            return null;
        }
        catch (Exception error) when (error is NotSupportedException or ArgumentException)
        {
            throw new DataFormatException(job.Model, error.Message.Split(" (Parameter")[0].TrimEnd('.'), "a chain of layers with finite weights (--target weights without --clamp takes any network)", inner: error);
        }
    }

    private static FaultInputs Of(Dataset data, int[] order, int rows)
    {
        var chosen = data.Select(order.AsSpan(0, Math.Min(rows, order.Length)));
        return new FaultInputs(chosen.Features, chosen.Count);
    }

    private static (NetworkGraph Graph, InputNormalization? Normalization) Open(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file '{path}'.", path);
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".onnx": return (OnnxGraphReader.Read(path), null);
            case ".safetensors":
                var saved = NetworkFile.Load(path);
                using (saved.Network)
                    return (saved.Network.ToGraph(), saved.Normalization);
            default: throw new ArgumentException($"'{path}' is no network: .onnx or .safetensors is expected.");
        }
    }

    private static Dataset ReadRows(CommandSession session, FaultJob job, Extents shape)
    {
        if (ImageInput.Is(job.Data))
            return shape is [var channels, var height, var width]
                ? ImageInput.ReadUnlabelled(session, job.Data, new ImageSize(height, width), channels == 1 ? ImageColor.Grey : ImageColor.Color).Data
                : throw new DataFormatException(job.Model, $"a network for inputs {shape}", "one for images [channels, height, width]");
        if (Path.GetExtension(job.Data).Equals(".npy", StringComparison.OrdinalIgnoreCase))
        {
            var array = NpyFile.Read<float>(job.Data, session.Cancellation);
            var rows = array.Shape.Count > 0 ? (int)array.Shape[0] : 0;
            return rows == 0 ? throw new DataFormatException(job.Data, "no rows", "an array [n, ...]") : new Dataset(array.Values, rows, [], [array.Values.Length / rows]);
        }
        var table = TableReader.Read(job.Data, progress: session.Progress, cancellation: session.Cancellation);
        if (job.Labels is not null)
            _ = table[job.Labels];
        return FeatureEncoder.Fit(table, [.. table.Columns.Select(column => column.Name).Where(name => name != job.Labels)]).Transform(table);
    }
}
