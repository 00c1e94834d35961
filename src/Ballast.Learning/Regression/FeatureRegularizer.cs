using static TorchSharp.torch;

namespace Ballast.Learning.Regression;

/// <summary>An extra loss on the features of a batch that makes them follow the labels.</summary>
public abstract class FeatureRegularizer
{
    /// <summary>The loss of a batch; gradients flow to the features alone.</summary>
    /// <param name="features">[n, d].</param>
    /// <param name="labels">[n, c].</param>
    /// <param name="predictions">[n, c].</param>
    /// <param name="weights">[n] sample weights, or null for all 1.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">The shapes disagree or a label is NaN.</exception>
    public abstract Tensor Forward(Tensor features, Tensor labels, Tensor predictions, Tensor? weights = null);

    /// <summary>Step <paramref name="step"/> (from 0 over the whole training) begins: what is drawn at random belongs to it.</summary>
    public virtual void BatchBegun(long step)
    {
    }

    /// <summary>The regulariser and its settings in a few words, by which a checkpoint knows its training.</summary>
    public abstract override string ToString();

    private protected static void CheckShapes(Tensor features, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(labels);
        if (features.dim() != 2)
            throw new ArgumentException($"The features have shape [{string.Join(", ", features.shape)}]; expected [n, d].", nameof(features));
        if (labels.dim() < 2 || labels.shape[0] != features.shape[0])
            throw new ArgumentException($"The labels have shape [{string.Join(", ", labels.shape)}]; expected [{features.shape[0]}, c].", nameof(labels));
        if (labels.isnan().any().item<bool>())
            throw new ArgumentException("A label is NaN.", nameof(labels));
    }
}
