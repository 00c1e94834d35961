using Ballast.Core;
using static TorchSharp.torch;

namespace Ballast.Learning.Metric;

/// <summary>Proxy-Anchor: every proxy pulls the samples of its class, the hardest most, and pushes the others.</summary>
/// <remarks>
/// Source: Kim et al., CVPR 2020, eq. 4: the mean over proxies whose class is in the batch of log(1 + sum over its samples of exp(-alpha (s - m))) plus the mean over all
/// proxies of log(1 + sum over the others of exp(alpha (s + m))). Proxies want ten times the network's rate or more.
/// </remarks>
public sealed class ProxyAnchorLoss : ProxyLoss
{
    /// <summary>Draws the proxies from N(0, 1).</summary>
    /// <param name="classes">Training classes K, at least 1.</param>
    /// <param name="width">Width D of the embeddings, at least 1.</param>
    /// <param name="seed">Decides the first proxies.</param>
    /// <param name="margin">m, in [0, 1].</param>
    /// <param name="alpha">Sharpness, above 0.</param>
    public ProxyAnchorLoss(int classes, int width, long seed, double margin = 0.1, double alpha = 32) : base(classes, width, seed) =>
        (Margin, Alpha) = (Guard.InRange(margin, 0, 1), Guard.Positive(alpha));

    /// <summary>Begins with given proxies.</summary>
    /// <param name="proxies">[K, D]; copied.</param>
    /// <param name="margin">m, in [0, 1].</param>
    /// <param name="alpha">Sharpness, above 0.</param>
    public ProxyAnchorLoss(Tensor proxies, double margin = 0.1, double alpha = 32) : base(proxies) =>
        (Margin, Alpha) = (Guard.InRange(margin, 0, 1), Guard.Positive(alpha));

    /// <summary>m.</summary>
    public double Margin { get; }

    /// <summary>Sharpness.</summary>
    public double Alpha { get; }

    /// <inheritdoc/>
    public override string ToString() => $"Proxy-Anchor margin {Margin:R} alpha {Alpha:R}";

    /// <inheritdoc/>
    protected override Tensor OfCosines(Tensor cosines, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(cosines);
        ArgumentNullException.ThrowIfNull(labels);
        var own = (labels.unsqueeze(1) == arange(cosines.shape[1], int64, labels.device).unsqueeze(0)).t();                       // [K, B]
        var pull = MultiSimilarityLoss.SoftPlusSum(-Alpha * (cosines.t() - Margin), own);                                        // [K], 0 for absent classes
        var push = MultiSimilarityLoss.SoftPlusSum(Alpha * (cosines.t() + Margin), own.logical_not());                           // [K]
        return pull.sum() / own.any(1).sum().clamp_min(1) + push.mean();
    }
}
