using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Exchange.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Networks;

/// <summary>A torch network that shows itself: features [B, d] apart from the head that turns them into outputs [B, K].</summary>
/// <remarks>
/// K class scores (logits) for classification, one output for regression. The head is the module <c>head</c>, so that a method can replace it
/// (classifier retraining, cosine classifiers, transfer) and leave every other tensor by its name. Modules are registered under the names of their fields,
/// parameters named as torch names them.
/// </remarks>
public abstract partial class Network : Module<Tensor, Tensor>
{
    // A field, not an auto-property: torch registers modules by the names of fields.
    private Module<Tensor, Tensor>? head;

    /// <summary>Makes a network for samples of one shape.</summary>
    /// <param name="name">Name of the architecture, such as "mlp".</param>
    /// <param name="inputShape">Shape of a sample without the batch: [d] or [c,h,w].</param>
    /// <param name="featureCount">Width d of <see cref="Features"/>.</param>
    protected Network(string name, IReadOnlyList<long> inputShape, int featureCount) : base(name) =>
        (Architecture, InputShape, FeatureCount) = (name, inputShape, featureCount);

    /// <summary>Name of the architecture.</summary>
    public string Architecture { get; }

    /// <summary>Shape of a sample without the batch: [d] for a table, [c,h,w] for an image.</summary>
    public IReadOnlyList<long> InputShape { get; }

    /// <summary>Width d of the features that enter the head.</summary>
    public int FeatureCount { get; }

    /// <summary>What makes the network again, its head's kind and its weights apart; null for a network that cannot be made by its name.</summary>
    public virtual NetworkConfiguration? Configuration => null;

    /// <summary>The last layer: [B, d] to [B, K].</summary>
    public Module<Tensor, Tensor> Head => head ?? throw new InvalidOperationException("The network has no head yet: a constructor must end with ReplaceHead.");

    /// <summary>The head where it is a linear layer; null for another kind.</summary>
    public Linear? LinearHead => head as Linear;

    /// <summary>The features of each sample, after the last nonlinearity and before the head.</summary>
    /// <param name="input">[B, sample shape].</param>
    /// <returns>[B, d].</returns>
    public abstract Tensor Features(Tensor input);

    /// <summary>The outputs of features: dropout where the network has it, then the head.</summary>
    /// <param name="features">[B, d], as <see cref="Features"/> gives them or as a method has changed them.</param>
    /// <returns>[B, K].</returns>
    public Tensor Outputs(Tensor features) => Head.call(HeadDropout?.call(features) ?? features);

    /// <inheritdoc/>
    public sealed override Tensor forward(Tensor input) => Outputs(Features(input));

    /// <summary>Writes the network down, as it computes in evaluation mode.</summary>
    /// <param name="graph">The graph being written.</param>
    /// <param name="input">The samples, of shape <see cref="InputShape"/>.</param>
    /// <returns>The outputs, [K] a sample.</returns>
    /// <exception cref="NotSupportedException">The network, or a module in it, has no form in the graph.</exception>
    public GraphValue Describe(NetworkGraphBuilder graph, GraphValue input)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return graph.Add(nameof(head), Head, DescribeFeatures(graph, input));
    }

    /// <summary>The network as a graph of one input <c>input</c> and one output <c>output</c>.</summary>
    /// <exception cref="NotSupportedException">The network, or a module in it, has no form in the graph.</exception>
    public NetworkGraph ToGraph()
    {
        var graph = new NetworkGraphBuilder();
        var input = graph.Input("input", Extents.Of(InputShape.Select(extent => (int)extent)));
        graph.Output("output", Describe(graph, input));
        return graph.Build();
    }

    /// <summary>What every module of the network puts out for <paramref name="input"/>, by the module's name: <c>layers.0</c>, <c>layer1.0.conv1</c>, ..., <c>head</c>.</summary>
    /// <remarks>Of a module that is called more than once, the last output. The tensors carry gradients where the network's do; the caller's dispose scope owns them.</remarks>
    public IReadOnlyDictionary<string, Tensor> Activations(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var activations = new Dictionary<string, Tensor>();
        var hooks = new List<Action>();
        try
        {
            foreach (var (name, module) in named_modules())
                if (module is Module<Tensor, Tensor> layer)
                    // Another tensor of the same memory: sequences dispose of what they hand on.
                    hooks.Add(layer.register_forward_hook((_, _, output) => Keep(name, output)).remove);
            call(input).Dispose();
        }
        finally
        {
            hooks.ForEach(remove => remove());
        }
        // Again in the scope of the caller, who owns them.
        foreach (var (name, kept) in activations)
        {
            activations[name] = kept.alias();
            kept.Dispose();
        }
        return activations;

        Tensor Keep(string name, Tensor output)
        {
            activations.Remove(name, out var earlier);
            earlier?.Dispose();
            // Blocks work in scopes of their own: what outlives them must leave those first.
            activations[name] = output.alias().DetachFromDisposeScope();
            return output;
        }
    }

    /// <summary>Tells every part that draws random numbers (dropout, stochastic depth) that step <paramref name="step"/> of the training begins.</summary>
    /// <remarks>The trainer calls this before each step, with the step counted from 0 over the whole training, so that a resumed run draws the same masks.</remarks>
    public void BeginStep(long step)
    {
        foreach (var module in modules())
            if (module is IStochasticModule stochastic)
                stochastic.BeginStep(step);
    }

    /// <summary>Puts <paramref name="replacement"/> in the head's place and disposes of the old head.</summary>
    /// <remarks>An optimiser made before holds the old head's parameters: make a new one.</remarks>
    public void ReplaceHead(Module<Tensor, Tensor> replacement)
    {
        ArgumentNullException.ThrowIfNull(replacement);
        if (head is not null)
        {
            register_module(nameof(head), null!);
            head.Dispose();
        }
        head = replacement;
        register_module(nameof(head), replacement);
    }

    /// <summary>Dropout between features and head; null for none.</summary>
    protected virtual Module<Tensor, Tensor>? HeadDropout => null;

    /// <summary>Writes down what <see cref="Features"/> computes in evaluation mode. A network of one's own needs it for export and for whatever reads graphs.</summary>
    /// <exception cref="NotSupportedException">The network has no form in the graph.</exception>
    protected virtual GraphValue DescribeFeatures(NetworkGraphBuilder graph, GraphValue input) =>
        throw new NotSupportedException($"The network '{Architecture}' does not describe itself.");

    private protected static IReadOnlyList<long> Axes(ImageShape image) => [Guard.Positive(image.Channels), Guard.Positive(image.Height), Guard.Positive(image.Width)];

    /// <summary>Checks that batch normalisation in training sees more than one value a channel; torch itself would go on and leave NaN in the running variances.</summary>
    /// <param name="input">[B, ...].</param>
    /// <param name="positions">Fewest positions of a channel that are normalised in one sample: 1 for tables, h w of the smallest maps for images.</param>
    /// <exception cref="ArgumentException">There is one value alone.</exception>
    protected void RequireVariance(Tensor input, long positions = 1)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.shape[0] * positions == 1 && modules().Any(module => module is NormBase { training: true }))
            throw new ArgumentException(
                "A single sample cannot train batch normalisation, which needs more than one value a channel; make batches larger or drop the partial one.", nameof(input));
    }

    /// <summary>Checks that the input is a batch of samples of <see cref="InputShape"/>'s rank and channels.</summary>
    /// <exception cref="ArgumentException">It is not; the message names the axis.</exception>
    protected void RequireImages(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() != 4)
            throw new ArgumentException($"The input has shape [{string.Join(", ", input.shape)}]; '{Architecture}' takes images [B, {InputShape[0]}, h, w].", nameof(input));
        if (input.shape[1] != InputShape[0])
            throw new ArgumentException($"Axis 1 of the input has {input.shape[1]} channels; the network takes {InputShape[0]}.", nameof(input));
    }
}
