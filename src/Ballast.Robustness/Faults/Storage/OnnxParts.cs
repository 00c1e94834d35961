using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx.Parts;
using Microsoft.ML.OnnxRuntime;

namespace Ballast.Robustness.Faults.Storage;

/// <summary>The parts of a network as sessions of ONNX Runtime that all threads share. Values have places: weights first, in their order, then what is computed.</summary>
internal sealed class OnnxParts : IDisposable
{
    private readonly List<(InferenceSession Session, OnnxPart Part)> sessions = [];

    public OnnxParts(OnnxDissection network, string file)
    {
        Dictionary<string, int> places = network.Weights.Index().ToDictionary(pair => pair.Item.Name, pair => pair.Index);
        using (var options = Options())
        {
            var known = KnownOf(network.Whole(), options, file);
            foreach (var part in network.Cut(known))
                sessions.Add((Open(part, options, file), part));
        }
        foreach (var name in sessions.SelectMany(session => session.Part.Inputs.Concat(session.Part.Outputs)))
            places.TryAdd(name, places.Count);
        Places = places.Count;
        Input = places[network.InputName];
        Output = places[network.Output];
        All = [.. sessions.Select(session => new Piece(
            session.Session, [.. session.Part.Inputs, .. session.Part.Weights.Select(w => network.Weights[w].Name)], [.. session.Part.Inputs.Select(name => places[name]), .. session.Part.Weights],
            [.. session.Part.Outputs], [.. session.Part.Outputs.Select(name => places[name])]))];
        var made = All[^1].Session.OutputMetadata[network.Output];
        OutputShape = Extents.Of(made.IsTensor ? made.Dimensions : []);
    }

    public IReadOnlyList<Piece> All { get; }

    public long Products => sessions.Sum(session => session.Part.Products);

    public int Places { get; }

    public int Input { get; }

    public int Output { get; }

    /// <summary>As far as it is known before a run; -1 elsewhere.</summary>
    public Extents OutputShape { get; }

    public void Dispose()
    {
        foreach (var (session, _) in sessions)
            session.Dispose();
    }

    // A thread a run: threads of a campaign run side by side, and more of them would round otherwise.
    public static SessionOptions Options() => new() { IntraOpNumThreads = 1, InterOpNumThreads = 1, ExecutionMode = ExecutionMode.ORT_SEQUENTIAL, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };

    private static Dictionary<string, OnnxValueInfo> KnownOf(OnnxPart whole, SessionOptions options, string file)
    {
        using var session = Open(whole, options, file);
        return session.OutputMetadata.Where(output => output.Value.IsTensor)
            .ToDictionary(output => output.Key, output => new OnnxValueInfo((int)output.Value.ElementDataType, Extents.Of(output.Value.Dimensions.Select(extent => Math.Max(-1, extent)))));
    }

    public static InferenceSession Open(OnnxPart part, SessionOptions options, string file)
    {
        try
        {
            return new InferenceSession(part.Model.ToArray(), options);
        }
        catch (OnnxRuntimeException error)
        {
            throw new DataFormatException(file, $"a network that ONNX Runtime refuses ({error.Message.Split('\n')[0].TrimEnd('.')})", "a network that it runs with its weights as inputs", inner: error);
        }
    }

    /// <summary>One session with the places of what it takes and gives.</summary>
    public sealed record Piece(InferenceSession Session, string[] InputNames, int[] Inputs, string[] OutputNames, int[] Outputs);
}
