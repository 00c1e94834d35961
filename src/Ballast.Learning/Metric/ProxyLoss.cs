using Ballast.Core;
using Ballast.Learning.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Metric;

/// <summary>A loss that holds one trained vector a class and compares samples with these.</summary>
public abstract class ProxyLoss : MetricLoss
{
    /// <summary>Draws the vectors from N(0, 1).</summary>
    /// <param name="classes">Training classes K, at least 1; labels are 0..K-1.</param>
    /// <param name="width">Width D of the embeddings, at least 1.</param>
    /// <param name="seed">Decides the first vectors.</param>
    protected ProxyLoss(int classes, int width, long seed)
        : this(new Initialization(seed, "proxies").Normal([Guard.Positive(classes), Guard.Positive(width)], 1))
    {
    }

    /// <summary>Begins with given vectors.</summary>
    /// <param name="proxies">[K, D]; copied.</param>
    protected ProxyLoss(Tensor proxies)
    {
        ArgumentNullException.ThrowIfNull(proxies);
        if (proxies.dim() != 2)
            throw new ArgumentException($"The proxies have shape [{string.Join(", ", proxies.shape)}]; expected [K, D].", nameof(proxies));
        Proxies = new Parameter(proxies.detach().clone().DetachFromDisposeScope());
    }

    /// <summary>[K, D] the vectors, not scaled to length 1.</summary>
    public Parameter Proxies { get; }

    /// <inheritdoc/>
    public sealed override IEnumerable<(string Name, Parameter Parameter)> NamedParameters => [("proxies", Proxies)];

    /// <inheritdoc/>
    public sealed override Tensor Of(EmbeddingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Units.shape[1] != Proxies.shape[1])
            throw new ArgumentException($"The embeddings have {batch.Units.shape[1]} dimensions, the proxies {Proxies.shape[1]}.", nameof(batch));
        if (batch.Labels.shape[0] > 0 && (batch.Labels.min().item<long>() < 0 || batch.Labels.max().item<long>() >= Proxies.shape[0]))
            throw new ArgumentException($"The labels run from {batch.Labels.min().item<long>()} to {batch.Labels.max().item<long>()}; there are proxies for 0..{Proxies.shape[0] - 1}.", nameof(batch));
        return OfCosines(batch.Units.matmul(functional.normalize(Proxies.to(batch.Units.dtype, batch.Units.device), p: 2, dim: 1, eps: 1e-12).t()), batch.Labels);
    }

    /// <summary>The loss of cosines of samples and proxies.</summary>
    /// <param name="cosines">[B, K].</param>
    /// <param name="labels">[B], 0..K-1.</param>
    protected abstract Tensor OfCosines(Tensor cosines, Tensor labels);
}
