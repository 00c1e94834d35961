using Ballast.Core;
using Ballast.Numerics.Intervals;

namespace Ballast.Robustness.Disparity;

/// <summary>What a class lost by robustness, measured: the loss it would have had anyway, and what imbalance adds. Bootstrap intervals over test rows, drawn within classes.</summary>
/// <param name="Class">The class.</param>
/// <param name="Standard">Accuracy of the standard model at the imbalance.</param>
/// <param name="Robust">Accuracy of the robust model at the imbalance.</param>
/// <param name="Total">Standard minus robust.</param>
/// <param name="Inherent">I: the mean over classes of the loss between the balanced models; the same for every class.</param>
/// <param name="Imbalance">E: the total minus I.</param>
public sealed record DisparityDecomposition(int Class, Estimate Standard, Estimate Robust, Estimate Total, Estimate Inherent, Estimate Imbalance)
{
    /// <summary>Decomposes the loss of every class.</summary>
    /// <param name="labels">n classes of the test rows, which should be balanced or judged by class.</param>
    /// <param name="imbalanced">The models trained at the imbalance.</param>
    /// <param name="balanced">The models trained on equally many rows of each class.</param>
    /// <param name="options">Draws, level and seed; null for the defaults.</param>
    /// <param name="cancellation">Stops the bootstrap.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a class has fewer than 2 test rows.</exception>
    public static IReadOnlyList<DisparityDecomposition> Of(
        ReadOnlyMemory<int> labels, ModelPair imbalanced, ModelPair balanced, BootstrapOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(imbalanced);
        ArgumentNullException.ThrowIfNull(balanced);
        foreach (var answers in new[] { imbalanced.Standard, imbalanced.Robust, balanced.Standard, balanced.Robust })
            Guard.SameLength(labels.Length, answers.Count, nameof(labels), "answers of a model");
        var own = labels.ToArray();
        int[] classes = [.. own.Distinct().Order()];
        if (classes.FirstOrDefault(k => own.Count(label => label == k) < 2, -1) is var few and >= 0)
            throw new ArgumentException($"Class {few} has 1 test row; at least 2 are needed.", nameof(labels));
        double Accuracy(IReadOnlyList<bool> right, ReadOnlySpan<int> rows, int k)
        {
            var (correct, count) = (0, 0);
            foreach (var row in rows)
                if (own[row] == k)
                    (correct, count) = (correct + (right[row] ? 1 : 0), count + 1);
            return (double)correct / count;
        }
        double Loss(ModelPair pair, ReadOnlySpan<int> rows, int k) => Accuracy(pair.Standard, rows, k) - Accuracy(pair.Robust, rows, k);
        double Shared(ReadOnlySpan<int> rows)
        {
            var sum = 0.0;
            foreach (var k in classes)
                sum += Loss(balanced, rows, k);
            return sum / classes.Length;
        }
        Estimate Estimated(RowStatistic statistic) => Bootstrap.Stratified(own, statistic, options, cancellation);
        var inherent = Estimated(Shared);
        return [.. classes.Select(k => new DisparityDecomposition(
            k, Estimated(rows => Accuracy(imbalanced.Standard, rows, k)), Estimated(rows => Accuracy(imbalanced.Robust, rows, k)),
            Estimated(rows => Loss(imbalanced, rows, k)), inherent, Estimated(rows => Loss(imbalanced, rows, k) - Shared(rows))))];
    }
}
