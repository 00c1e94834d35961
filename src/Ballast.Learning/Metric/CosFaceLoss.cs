using Ballast.Core;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Metric;

/// <summary>CosFace: cross-entropy of s (cos - m at the true class) with trained class vectors.</summary>
/// <remarks>Source: Wang et al., CVPR 2018.</remarks>
public sealed class CosFaceLoss : ProxyLoss
{
    /// <summary>Draws the class vectors from N(0, 1).</summary>
    /// <param name="classes">Training classes K, at least 1.</param>
    /// <param name="width">Width D of the embeddings, at least 1.</param>
    /// <param name="seed">Decides the first vectors.</param>
    /// <param name="margin">m, in [0, 1].</param>
    /// <param name="scale">s, above 0: 64, on small sets 16.</param>
    public CosFaceLoss(int classes, int width, long seed, double margin = 0.35, double scale = 64) : base(classes, width, seed) =>
        (Margin, Scale) = (Guard.InRange(margin, 0, 1), Guard.Positive(scale));

    /// <summary>Begins with given class vectors.</summary>
    /// <param name="proxies">[K, D]; copied.</param>
    /// <param name="margin">m, in [0, 1].</param>
    /// <param name="scale">s, above 0.</param>
    public CosFaceLoss(Tensor proxies, double margin = 0.35, double scale = 64) : base(proxies) =>
        (Margin, Scale) = (Guard.InRange(margin, 0, 1), Guard.Positive(scale));

    /// <summary>m.</summary>
    public double Margin { get; }

    /// <summary>s.</summary>
    public double Scale { get; }

    /// <inheritdoc/>
    public override string ToString() => $"CosFace margin {Margin:R} scale {Scale:R}";

    /// <inheritdoc/>
    protected override Tensor OfCosines(Tensor cosines, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(cosines);
        ArgumentNullException.ThrowIfNull(labels);
        var margins = Margin * functional.one_hot(labels, cosines.shape[1]).to(cosines.dtype);                      // [B, K], m at the true class
        return functional.cross_entropy(Scale * (cosines - margins), labels);
    }
}
