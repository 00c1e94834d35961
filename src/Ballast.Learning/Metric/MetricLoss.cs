using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ballast.Learning.Metric;

/// <summary>A loss that draws embeddings of one class together and others apart. All are on embeddings of length 1, scaled here.</summary>
public abstract class MetricLoss
{
    /// <summary>Trained parameters of the loss itself, such as proxies; by default none.</summary>
    public virtual IEnumerable<(string Name, Parameter Parameter)> NamedParameters => [];

    /// <summary>The loss and its settings in a few words, by which a checkpoint knows its training.</summary>
    public abstract override string ToString();

    /// <summary>The loss of a batch.</summary>
    /// <param name="embeddings">[B, D], of any length but 0.</param>
    /// <param name="labels">[B] classes, int64.</param>
    /// <returns>A scalar.</returns>
    /// <exception cref="ArgumentException">The shapes disagree, or an embedding has length 0 or holds a NaN or an infinity.</exception>
    public Tensor Forward(Tensor embeddings, Tensor labels)
    {
        using var scope = NewDisposeScope();
        return Of(new EmbeddingBatch(embeddings, labels)).MoveToOuterDisposeScope();
    }

    /// <summary>The loss of a batch that several losses share.</summary>
    public abstract Tensor Of(EmbeddingBatch batch);
}
