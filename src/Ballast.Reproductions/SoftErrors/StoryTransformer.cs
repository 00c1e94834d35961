using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx.Parts;
using Ballast.Exchange.Safetensors;
using Ballast.Robustness.Faults;
using Ballast.Robustness.Faults.Storage;

namespace Ballast.Reproductions.SoftErrors;

/// <summary>The language model of <c>data/stories260k</c> (a Llama of 260,032 weights) on one text that it has written itself, struck in its stored weights.</summary>
internal sealed class StoryTransformer : IDisposable
{
    private const int Width = 64;
    private const int Layers = 5;
    private const int Heads = 8;
    private const int KeyHeads = 4;
    private const int HeadWidth = Width / Heads;
    private const int Words = 512;
    private const float Epsilon = 1e-5f;
    private const double Theta = 10_000;

    private readonly OnnxStoredWeights target;
    private readonly float[] text;

    private StoryTransformer(OnnxStoredWeights target, float[] text) => (this.target, this.text) = (target, text);

    /// <summary>Where the weights are; null where they are not.</summary>
    public static string? Find(string? dataFolder) => dataFolder is not null && Path.Combine(dataFolder, "stories260k", "model.safetensors") is var path && File.Exists(path) ? path : null;

    /// <summary>Reads the model, and lets it write a text from its start token on.</summary>
    public static StoryTransformer Open(string path, int tokens, int seed, CancellationToken cancellation)
    {
        var graph = Read(path, tokens);
        var target = new OnnxStoredWeights(OnnxDissection.Of(graph).For([1, tokens]), file: path);
        var text = new float[tokens];
        text[0] = 1;
        using var probe = target.NewProbe();
        for (var t = 1; t < tokens; t++)
        {
            cancellation.ThrowIfCancellationRequested();
            // Attention looks back alone: what stands after t does not matter.
            probe.Prepare(text);
            text[t] = Draw(probe.Golden.Slice((t - 1) * Words, Words), RandomStream.For(seed, "story", t));
        }
        return new StoryTransformer(target, text);
    }

    /// <summary>Stored weights.</summary>
    public long Weights => target.Strata.Where(stratum => stratum.Layer.StartsWith("model.", StringComparison.Ordinal)).Sum(stratum => stratum.Sites / 32);

    /// <summary>The text.</summary>
    public IEnumerable<int> Text => text.Select(token => (int)token);

    /// <summary>The text's mean negative log likelihood a token, in nats.</summary>
    public double Surprise()
    {
        using var probe = target.NewProbe();
        probe.Prepare(text);
        var sum = 0.0;
        for (var t = 1; t < text.Length; t++)
        {
            var scores = probe.Golden.Slice((t - 1) * Words, Words).ToArray();
            sum += Math.Log(scores.Sum(score => Math.Exp(score - scores.Max()))) + scores.Max() - scores[(int)text[t]];
        }
        return sum / (text.Length - 1);
    }

    /// <summary>Mean share of positions whose likeliest token changes, over random weights with one bit flipped; and the share of flips that make a score NaN or infinite, which count as no change.</summary>
    public (double Changed, double NotFinite) Strike(int bit, int flips, int seed, CancellationToken cancellation)
    {
        var (changed, broken) = (new double[flips], new bool[flips]);
        // Rotations and the mask are computed, not stored.
        var stored = Enumerable.Range(0, target.Strata.Count).Where(h => target.Strata[h].Layer.StartsWith("model.", StringComparison.Ordinal)).ToArray();
        var weights = stored.Sum(h => target.Strata[h].Sites / 32);
        Parallel.For(0, flips, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = 2 }, () => (Probe: Prepared(), Scores: new float[target.Outputs]), (i, _, local) =>
        {
            // Any weight alike: a tensor by its size, then an element.
            var random = RandomStream.For(seed, $"story, bit {bit}", i);
            var left = (long)(random.NextDouble() * weights);
            var place = 0;
            while (left >= target.Strata[stored[place]].Sites / 32)
                left -= target.Strata[stored[place++]].Sites / 32;
            if (local.Probe.Inject(stored[place], left * 32 + bit, local.Scores) == FaultEffect.Scores)
            {
                broken[i] = !System.Numerics.Tensors.TensorPrimitives.IsFiniteAll<float>(local.Scores);
                for (var t = 0; t < text.Length && !broken[i]; t++)
                    changed[i] += OutcomeJudge.Top(local.Scores.AsSpan(t * Words, Words)) == OutcomeJudge.Top(local.Probe.Golden.Slice(t * Words, Words)) ? 0 : 1.0 / text.Length;
            }
            return local;
        }, local => local.Probe.Dispose());
        return (changed.Average(), broken.Count(one => one) / (double)flips);
    }

    public void Dispose() => target.Dispose();

    private IFaultProbe Prepared()
    {
        var probe = target.NewProbe();
        probe.Prepare(text);
        return probe;
    }

    private static int Draw(ReadOnlySpan<float> scores, RandomStream random)
    {
        var top = System.Numerics.Tensors.TensorPrimitives.Max(scores);
        var shares = scores.ToArray().Select(score => Math.Exp(score - top)).ToArray();
        var left = random.NextDouble() * shares.Sum();
        var word = 0;
        while (word < Words - 1 && left >= shares[word])
            left -= shares[word++];
        return word;
    }

    // Llama: root-mean-square norms, rotary positions, four key heads for eight query heads, gated SiLU, the table of tokens as last layer.
    private static NetworkGraph Read(string path, int tokens)
    {
        using var file = SafetensorsFile.Open(path);
        GraphTensor Tensor(string name) => file.ReadTensor($"model.{name}");
        var graph = new NetworkGraphBuilder();
        var table = Tensor("embed_tokens.weight");
        var (cosine, sine, mask) = (graph.Constant(Rotation("cosine", tokens, Math.Cos)), graph.Constant(Rotation("sine", tokens, Math.Sin)), graph.Constant(Mask(tokens)));
        var epsilon = graph.Constant(new GraphTensor("epsilon", [1], new[] { Epsilon }));
        var h = graph.Embedding("tokens", graph.Input("text", [tokens], Exchange.ElementType.Int64), table);        // [n, T, 64]
        for (var i = 0; i < Layers; i++)
        {
            var name = $"layers.{i}.";
            var x = Norm(h, Tensor($"{name}input_layernorm.weight"));
            var q = Rotated(Split(graph.Linear($"{name}q", x, Tensor($"{name}self_attn.q_proj.weight")), Heads));       // [n, 8, T, 8]
            var k = Rotated(Shared(graph.Linear($"{name}k", x, Tensor($"{name}self_attn.k_proj.weight"))));
            var v = Shared(graph.Linear($"{name}v", x, Tensor($"{name}self_attn.v_proj.weight")));
            var scores = graph.Scale(graph.MatMul(q, graph.Transpose(k, [0, 2, 1])), 1 / MathF.Sqrt(HeadWidth));        // [n, 8, T, T]
            var mixed = graph.MatMul(graph.Softmax(graph.Add(scores, mask)), v);
            h = graph.Add(h, graph.Linear($"{name}o", graph.Reshape(graph.Transpose(mixed, [1, 0, 2]), [tokens, Width]), Tensor($"{name}self_attn.o_proj.weight")));
            x = Norm(h, Tensor($"{name}post_attention_layernorm.weight"));
            var gated = graph.Multiply(graph.Silu(graph.Linear($"{name}gate", x, Tensor($"{name}mlp.gate_proj.weight"))), graph.Linear($"{name}up", x, Tensor($"{name}mlp.up_proj.weight")));
            h = graph.Add(h, graph.Linear($"{name}down", gated, Tensor($"{name}mlp.down_proj.weight")));
        }
        graph.Output("scores", graph.Linear("head", Norm(h, Tensor("norm.weight")), table));
        return graph.Build();

        GraphValue Norm(GraphValue x, GraphTensor scale)
        {
            var square = graph.Add(graph.Mean(graph.Multiply(x, x), [-1]), epsilon);
            return graph.Multiply(graph.Divide(x, graph.Apply(new Exchange.Networks.Operators.UnaryOperator(Exchange.Networks.Operators.UnaryFunction.SquareRoot), null, square)), graph.Parameter(scale));
        }

        GraphValue Split(GraphValue x, int heads) => graph.Transpose(graph.Reshape(x, [tokens, heads, HeadWidth]), [1, 0, 2]);

        // Each key head serves two query heads.
        GraphValue Shared(GraphValue x)
        {
            var heads = graph.Reshape(Split(x, KeyHeads), [KeyHeads, 1, tokens, HeadWidth]);
            return graph.Reshape(graph.Concat([heads, heads], 1), [Heads, tokens, HeadWidth]);
        }

        GraphValue Rotated(GraphValue x)
        {
            var turned = graph.Concat([graph.Scale(graph.Slice(x, HeadWidth / 2, HeadWidth / 2), -1), graph.Slice(x, 0, HeadWidth / 2)]);
            return graph.Add(graph.Multiply(x, cosine), graph.Multiply(turned, sine));
        }
    }

    private static GraphTensor Rotation(string name, int tokens, Func<double, double> function) => new(
        name, [tokens, HeadWidth], Enumerable.Range(0, tokens * HeadWidth).Select(i => (float)function(i / HeadWidth * Math.Pow(Theta, -2.0 * (i % (HeadWidth / 2)) / HeadWidth))).ToArray());

    private static GraphTensor Mask(int tokens) => new("mask", [tokens, tokens], Enumerable.Range(0, tokens * tokens).Select(i => i % tokens > i / tokens ? -1e9f : 0).ToArray());
}
