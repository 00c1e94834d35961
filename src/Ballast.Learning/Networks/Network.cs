using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Networks;

/// <summary>A torch network that shows itself: features [B, d] apart from the head that turns them into outputs [B, K].</summary>
/// <remarks>
/// K class scores (logits) for classification, one output for regression. The head is the module <c>head</c>, so that a method can replace it
/// (classifier retraining, cosine classifiers, transfer) and leave every other tensor by its name.
/// </remarks>
public abstract class Network : Module<Tensor, Tensor>
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

    /// <summary>The last layer: [B, d] to [B, K].</summary>
    public Module<Tensor, Tensor> Head => head ?? throw new InvalidOperationException("The network has no head yet: a constructor must end with ReplaceHead.");

    /// <summary>The head where it is a linear layer; null for another kind.</summary>
    public Linear? LinearHead => head as Linear;

    /// <summary>The features of each sample, after the last nonlinearity and before the head.</summary>
    /// <param name="input">[B, sample shape].</param>
    /// <returns>[B, d].</returns>
    public abstract Tensor Features(Tensor input);

    /// <inheritdoc/>
    public sealed override Tensor forward(Tensor input) => Head.call(Features(input));

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
}
