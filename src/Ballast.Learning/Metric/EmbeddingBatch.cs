using static TorchSharp.torch;

namespace Ballast.Learning.Metric;

/// <summary>A batch as metric losses see it: unit embeddings, their cosines, and which pairs are of one class. What several losses need is computed once.</summary>
/// <remarks>Lives inside the dispose scope of the loss that made it.</remarks>
public sealed class EmbeddingBatch
{
    private Tensor? cosines, positive, negative, unordered;

    /// <summary>Scales the embeddings to length 1.</summary>
    /// <param name="embeddings">[B, D].</param>
    /// <param name="labels">[B] classes, int64.</param>
    /// <exception cref="ArgumentException">The shapes disagree, or an embedding has length 0 or holds a NaN or an infinity.</exception>
    public EmbeddingBatch(Tensor embeddings, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        ArgumentNullException.ThrowIfNull(labels);
        if (embeddings.dim() != 2 || labels.dim() != 1 || labels.shape[0] != embeddings.shape[0])
            throw new ArgumentException($"The embeddings have shape [{string.Join(", ", embeddings.shape)}] and the labels [{string.Join(", ", labels.shape)}]; expected [B, D] and [B].", nameof(embeddings));
        var lengths = embeddings.norm(1, keepdim: true);                                       // [B, 1]
        using (no_grad())
        {
            var usable = lengths.detach().isfinite().logical_and(lengths.detach() > 0).squeeze(1);
            if (!usable.all().item<bool>())
                throw new ArgumentException($"Embedding {usable.to(int64).argmin().item<long>() + 1} of the batch has length 0 or holds a NaN or an infinity: it has no direction.", nameof(embeddings));
        }
        Units = embeddings / lengths;
        Labels = labels;
    }

    /// <summary>[B, D] embeddings of length 1.</summary>
    public Tensor Units { get; }

    /// <summary>[B] classes, int64.</summary>
    public Tensor Labels { get; }

    /// <summary>[B, B] cosines s_ij.</summary>
    public Tensor Cosines => cosines ??= Units.matmul(Units.t());

    /// <summary>[B, B] whether i and j are two rows of one class.</summary>
    public Tensor Positive => positive ??= Same.logical_and(eye(Labels.shape[0], dtype: @bool, device: Labels.device).logical_not());

    /// <summary>[B, B] whether i and j are of different classes.</summary>
    public Tensor Negative => negative ??= Same.logical_not();

    /// <summary>[B, B] positives with i below j, so that each pair stands once.</summary>
    public Tensor PositivePairs => Positive.logical_and(Unordered);

    /// <summary>[B, B] negatives with i below j.</summary>
    public Tensor NegativePairs => Negative.logical_and(Unordered);

    /// <summary>The mean of <paramref name="values"/> where <paramref name="mask"/> holds; 0, with its graph, where it holds nowhere.</summary>
    public static Tensor MeanWhere(Tensor values, Tensor mask)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(mask);
        return values.masked_fill(mask.logical_not(), 0).sum() / mask.sum().clamp_min(1);
    }

    private Tensor Same => Labels.unsqueeze(0) == Labels.unsqueeze(1);

    private Tensor Unordered => unordered ??= ones([Labels.shape[0], Labels.shape[0]], @bool, Labels.device).triu(1);
}
