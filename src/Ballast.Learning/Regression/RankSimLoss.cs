using Ballast.Core;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Ballast.Learning.Regression;

/// <summary>RankSim (Gong et al., ICML 2022): the order of neighbours in feature space follows the order of their labels.</summary>
/// <remarks>
/// On a subset with unique labels, one random sample a label: sum over i of the mean over j of (rank cos(z_i, z_j) - rank(-|y_i - y_j|))^2, rank = position in decreasing order / n.
/// Ranking has no gradient; the blackbox interpolation (Vlastelica et al., ICLR 2020) stands in: -(rank(a) - rank(a + lambda g)) / lambda with g = 2 (difference of ranks) / n.
/// Labels of one number.
/// </remarks>
/// <param name="interpolation">lambda, greater than 0: 1 to 2.</param>
/// <param name="seed">Seeds the draw of one sample a label.</param>
public sealed class RankSimLoss(double interpolation = 2, int seed = 0) : FeatureRegularizer
{
    private long step;

    /// <summary>lambda.</summary>
    public double Interpolation { get; } = Guard.Positive(interpolation);

    /// <inheritdoc/>
    public override void BatchBegun(long step) => this.step = step;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor features, Tensor labels, Tensor predictions, Tensor? weights = null)
    {
        CheckShapes(features, labels);
        if (labels.numel() != labels.shape[0])
            throw new ArgumentException($"The labels have shape [{string.Join(", ", labels.shape)}]; ranks need one number a sample.", nameof(labels));
        using var scope = NewDisposeScope();
        var rows = OneRowALabel(labels);
        return Loss(features.index_select(0, rows), labels.detach().reshape(-1).index_select(0, rows)).MoveToOuterDisposeScope();
    }

    private Tensor Loss(Tensor features, Tensor labels)
    {
        var count = labels.shape[0];
        var unit = functional.normalize(features, p: 2, dim: 1, eps: 1e-8);
        var similar = unit.matmul(unit.t());                                                  // [n, n]
        var differences = Ranks(similar.detach()) - Ranks(-(labels.unsqueeze(1) - labels.unsqueeze(0)).abs());
        var incoming = 2 * differences / count;
        var slopes = -(Ranks(similar.detach()) - Ranks(similar.detach() + Interpolation * incoming)) / Interpolation;
        // The value is the loss, the gradient that of the slopes: the linear term is added and taken away again.
        var linear = (similar * slopes).sum();
        return differences.square().mean([1L]).sum() + (linear - linear.detach());
    }

    /// <summary>Along each row: 1-based position in decreasing order / n; of equal values the later one comes first, as in a stable ascending sort read backwards.</summary>
    private static Tensor Ranks(Tensor values)
    {
        var count = values.shape[1];
        var order = values.sort(1, descending: false, stable: true).Indices;
        var places = (count - arange(count, dtype: values.dtype, device: values.device)) / count;
        return zeros_like(values).scatter(1, order, places.expand(values.shape));
    }

    private Tensor OneRowALabel(Tensor labels)
    {
        var values = labels.detach().to(float64).cpu().data<double>().ToArray();
        var order = RandomStream.For(seed, "ranksim", step).Permutation(values.Length);
        var chosen = order.DistinctBy(row => values[row]).Order().Select(row => (long)row).ToArray();
        return tensor(chosen, int64).to(labels.device);
    }

    /// <inheritdoc/>
    public override string ToString() => $"RankSim of interpolation {Interpolation:R}, seed {seed}";
}
