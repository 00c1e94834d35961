using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Ballast.Core;
using Ballast.Exchange;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Learning.Onnx;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Ballast.Robustness.Faults.Storage;

/// <summary>The weights of any network as they lie in memory: residual connections, any operator of <see cref="NetworkGraph"/>. <see cref="StoredWeights"/> is the quick form for chains of layers.</summary>
/// <remarks>
/// Every single-precision tensor of the graph is struck: weights, statistics and constants, as they stand in an ONNX file's initialisers or a safetensors file. Each injection runs the whole network in torch. Threads of a campaign run
/// side by side, so torch itself should have one (<c>torch.set_num_threads(1)</c>): results then do not depend on the number of threads.
/// </remarks>
public sealed class StoredGraphWeights : IFaultTarget
{
    private readonly NetworkGraph graph;
    private readonly StorageFormat format;
    private readonly FlipPattern pattern;
    private readonly GraphTensor[] struck;

    /// <summary>The weights of a network in memory.</summary>
    /// <param name="graph">One input and one output of fixed shape.</param>
    /// <param name="format">How weights are stored: a floating-point format, to which they are rounded.</param>
    /// <param name="pattern">What one upset does.</param>
    /// <exception cref="NotSupportedException">The network has several inputs or outputs.</exception>
    /// <exception cref="ArgumentException">The format is one of whole numbers, there is no weight, or one is not finite.</exception>
    public StoredGraphWeights(NetworkGraph graph, StorageFormat format = StorageFormat.Float32, FlipPattern pattern = FlipPattern.SingleBit)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (format is not (StorageFormat.Float32 or StorageFormat.Float16 or StorageFormat.BFloat16))
            throw new ArgumentException($"Weights are stored as floating-point numbers, not as {format}; the accelerator model has int8 weights.", nameof(format));
        if (graph.Inputs.Count != 1 || graph.Outputs.Count != 1)
            throw new NotSupportedException($"A network of {graph.Inputs.Count} inputs and {graph.Outputs.Count} outputs; one of each is expected.");
        struck = [.. graph.Tensors.Values.Where(tensor => tensor.Type == ElementType.Float32 && tensor.Count > 0)];
        if (struck.Length == 0)
            throw new ArgumentException("The network has no weights in single precision.", nameof(graph));
        foreach (var tensor in struck)
            if (!TensorPrimitives.IsFiniteAll(tensor.Values.Span))
                throw new ArgumentException($"Weight '{tensor.Name}' holds NaN or infinity.", nameof(graph));
        (this.graph, this.format, this.pattern) = (graph, format, pattern);
        var (width, bits) = (BitFlip.WidthOf(format), BitFlip.WidthOf(format) - (pattern == FlipPattern.AdjacentPair ? 1 : 0));
        Strata = [.. struck.Select(tensor => new FaultStratum($"{format}", tensor.Name, bits, (long)tensor.Count * bits, (double)tensor.Count * width))];
        Inputs = (int)graph[graph.Inputs[0]].SampleShape.Product;
        Outputs = (int)graph[graph.Outputs[0].Value].SampleShape.Product;
        Form = graph[graph.Outputs[0].Value].Operator is SoftmaxOperator ? ScoreForm.Probabilities : ScoreForm.Logits;
    }

    /// <inheritdoc/>
    public IReadOnlyList<FaultStratum> Strata { get; }

    /// <inheritdoc/>
    public int Inputs { get; }

    /// <inheritdoc/>
    public int Outputs { get; }

    /// <inheritdoc/>
    public ScoreForm Form { get; }

    /// <inheritdoc/>
    public string Fingerprint
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(Encoding.UTF8.GetBytes($"graph {format} {pattern}"));
            foreach (var node in graph.Nodes)
                hash.AppendData(Encoding.UTF8.GetBytes($"\n{node.Operator.GetType().Name} {node.Name} {node.Type} {string.Join(' ', node.Inputs.Select(input => input.Index))}"));
            foreach (var tensor in struck)
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"\n{tensor.Name}"));
                hash.AppendData(MemoryMarshal.AsBytes(tensor.Values.Span));
            }
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <inheritdoc/>
    public IFaultProbe NewProbe() => new Probe(this);

    private sealed class Probe : IFaultProbe
    {
        private readonly StoredGraphWeights target;
        private readonly GraphModule module;
        private readonly Tensor[] weights;
        private readonly float[] golden, faulty;
        private readonly long[] shape;
        private Tensor? prepared;

        public Probe(StoredGraphWeights target)
        {
            this.target = target;
            // What the graph says, in memory of this thread's own.
            module = new GraphModule(target.graph);
            var byName = module.state_dict();
            // Views of one axis onto the same memory.
            using (NewDisposeScope())
                weights = [.. target.struck.Select(tensor => byName[tensor.Name].detach().view(-1).DetachFromDisposeScope())];
            shape = [1, .. target.graph[target.graph.Inputs[0]].SampleShape.Select(extent => (long)extent)];
            (golden, faulty) = (new float[target.Outputs], new float[target.Outputs]);
            if (target.format != StorageFormat.Float32)
                foreach (var weight in weights)
                {
                    var values = weight.data<float>();
                    for (long i = 0; i < values.Count; i++)
                        values[i] = BitFlip.Decode(target.format, BitFlip.Encode(target.format, values[i]));
                }
        }

        public ReadOnlySpan<float> Golden => golden;

        public void Prepare(ReadOnlySpan<float> input)
        {
            Guard.SameLength(target.Inputs, input.Length, nameof(Inputs), nameof(input));
            prepared?.Dispose();
            using (NewDisposeScope())
                prepared = tensor(input.ToArray()).reshape(shape).DetachFromDisposeScope();
            Run(golden);
        }

        public FaultEffect Inject(int stratum, long site, Span<float> scores)
        {
            var bits = target.Strata[stratum].Bits;
            var (element, mask) = (site / bits, (target.pattern == FlipPattern.AdjacentPair ? 3u : 1u) << (int)(site % bits));
            var values = weights[stratum].data<float>();
            var right = values[element];
            values[element] = BitFlip.Decode(target.format, BitFlip.Encode(target.format, right) ^ mask);
            try
            {
                Run(faulty);
            }
            finally
            {
                values[element] = right;
            }
            if (MemoryMarshal.AsBytes<float>(faulty).SequenceEqual(MemoryMarshal.AsBytes<float>(golden)))
                return FaultEffect.Masked;
            faulty.CopyTo(scores);
            return FaultEffect.Scores;
        }

        public void Dispose()
        {
            prepared?.Dispose();
            foreach (var weight in weights)
                weight.Dispose();
            module.Dispose();
        }

        private void Run(float[] scores)
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            module.call(prepared!).to_type(ScalarType.Float32).contiguous().data<float>().CopyTo(scores);
        }
    }
}
