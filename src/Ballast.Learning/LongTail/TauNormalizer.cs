using Ballast.Core;
using Ballast.Evaluation.Metrics;
using static TorchSharp.torch;

namespace Ballast.Learning.LongTail;

/// <summary>Tau-normalisation (Kang et al., ICLR 2020, eq. 5): rows of the classifier divided by their norm to the power tau, bias dropped.</summary>
/// <remarks>It helps where rows of frequent classes grew longer. With Adam and a bias they need not have: then tau = 0 is picked and <see cref="TauFit.Gained"/> is false.</remarks>
public static class TauNormalizer
{
    /// <summary>The taus that are tried: 0, 0.1, ..., 2.</summary>
    public static IReadOnlyList<double> Grid { get; } = [.. Enumerable.Range(0, 21).Select(step => step / 10.0)];

    /// <summary>w_k / |w_k|^tau; a row of zeros stays.</summary>
    /// <param name="weight">[K, d].</param>
    /// <param name="tau">At least 0.</param>
    /// <returns>[K, d].</returns>
    /// <exception cref="ArgumentOutOfRangeException">tau is negative.</exception>
    public static Tensor Apply(Tensor weight, double tau)
    {
        ArgumentNullException.ThrowIfNull(weight);
        Guard.NotNegative(tau);
        using var scope = NewDisposeScope();
        var norms = weight.norm(1, keepdim: true, p: 2f);                              // [K, 1]
        return (weight / where(norms > 0, norms, ones_like(norms)).pow(tau)).MoveToOuterDisposeScope();
    }

    /// <summary>Picks tau by balanced accuracy on rows that trained nothing; of equally good ones the smaller.</summary>
    /// <param name="weight">[K, d] rows of the trained classifier.</param>
    /// <param name="features">[n, d] features of validation rows.</param>
    /// <param name="labels">n classes 0..K-1.</param>
    /// <exception cref="ArgumentException">There are no rows, or shapes disagree.</exception>
    public static TauFit Fit(Tensor weight, Tensor features, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(features);
        var (accuracies, best) = (new double[Grid.Count], 0);
        for (var t = 0; t < accuracies.Length; t++)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            var decided = Array.ConvertAll(features.matmul(Apply(weight, Grid[t]).t()).argmax(1).cpu().data<long>().ToArray(), k => (int)k);
            accuracies[t] = MulticlassMetrics.From(labels, decided, (int)weight.shape[0])[MulticlassMetric.BalancedAccuracy];
            if (accuracies[t] > accuracies[best])
                best = t;
        }
        return new TauFit(Grid[best], accuracies);
    }
}
