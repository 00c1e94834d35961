using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Learning.Onnx;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Networks.Layers;

/// <summary>Turns rows of numeric columns and codes into numbers alone: [B, n + c] to [B, n + c d], each code replaced by d learnt numbers.</summary>
/// <remarks>
/// Source: Gorishniy et al. 2021, section 3.1; one table holds the embeddings of all categories, one after the other. First values from a normal distribution with
/// variance 1/(3d), truncated at two deviations; those of missing and unseen codes are 0, and stay so where training never meets them.
/// </remarks>
public sealed class CategoryEmbeddings : Module<Tensor, Tensor>, IDescribedModule
{
    private readonly TabularShape shape;
    private readonly int width;
    private readonly Parameter? weight;
    private readonly Tensor? offsets;

    /// <summary>Makes the layer.</summary>
    /// <param name="shape">Shape of the rows.</param>
    /// <param name="width">Numbers d of each code.</param>
    /// <param name="weights">Draws the embeddings.</param>
    public CategoryEmbeddings(TabularShape shape, int width, Initialization weights) : base("category embeddings")
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(weights);
        (this.shape, this.width) = (shape.Checked(), Guard.Positive(width));
        if (shape.Categories.Count == 0)
            return;
        var table = weights.TruncatedNormal([shape.Categories.Sum(), width], 1 / Math.Sqrt(3 * width));
        var (first, firsts) = (0, new long[shape.Categories.Count]);
        for (var j = 0; j < firsts.Length; j++)
        {
            (firsts[j], first) = (first, first + shape.Categories[j]);
            using var untrained = table.narrow(0, first - 2, 2);
            untrained.zero_();
        }
        weight = (Parameter)new Parameter(table).DetachFromDisposeScope();
        offsets = tensor(firsts).DetachFromDisposeScope();
        register_parameter(nameof(weight), weight);
        register_buffer(nameof(offsets), offsets, persistent: false);
    }

    /// <summary>Numbers of a row after the layer.</summary>
    public int Outputs => shape.Numerics + (shape.Categories.Count * width);

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (weight is null || offsets is null)
            return input.alias();
        using var scope = NewDisposeScope();
        var (rows, categories) = (input.shape[0], shape.Categories.Count);
        var codes = input.narrow(1, shape.Numerics, categories).to(int64) + offsets;                    // [B, c]
        var embedded = weight.index_select(0, codes.flatten()).reshape(rows, categories * width);       // [B, c d]
        return cat([input.narrow(1, 0, shape.Numerics), embedded], 1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public GraphValue Describe(NetworkGraphBuilder graph, string name, GraphValue input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (weight is null || offsets is null)
            return input;
        var categories = shape.Categories.Count;
        var codes = graph.Add(graph.Slice(input, shape.Numerics, categories, name: $"{name}.codes"), graph.Constant(GraphTensors.FromTorch($"{name}.offsets", offsets)), $"{name}.rows");
        var embedded = graph.Flatten(graph.Embedding(name, codes, GraphTensors.FromTorch($"{name}.weight", weight)), $"{name}.flat");
        return shape.Numerics == 0 ? embedded : graph.Concat([graph.Slice(input, 0, shape.Numerics, name: $"{name}.numbers"), embedded], name: $"{name}.row");
    }
}
