using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Evaluation.Calibration.Measures;

/// <summary>Squared kernel calibration error: mean over pairs of rows of k(p_i, p_j) (e_i - p_i) . (e_j - p_j), k = exp(-|p_i - p_j|), e the one-hot label.</summary>
/// <remarks>
/// Source: Widmann, Lindsten and Zachariah, "Calibration tests in multi-class classification: a unifying framework", NeurIPS 2019. Sees every class and needs no bins. With G = p_i . p_j both the distance and
/// the product of residuals follow from G, labels and norms, so a pair costs K multiplications. All pairs where n(n-1)/2 K is at most <see cref="MostProducts"/>, else a million pairs drawn at random.
/// </remarks>
public static class KernelCalibrationError
{
    /// <summary>Pairs drawn where all would be too many.</summary>
    public const int SampledPairs = 1_000_000;

    /// <summary>Multiplications up to which all pairs are taken: 20,000 rows of 10 classes.</summary>
    public const long MostProducts = 2_000_000_000;

    private const int Block = 512;

    /// <summary>The unbiased estimate, over i different from j; may be negative.</summary>
    /// <param name="predictions">n x K probabilities, at least 2 rows.</param>
    /// <param name="labels">n classes 0..K-1.</param>
    /// <param name="seed">Seed of the pairs, where they are drawn.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">There are fewer than two rows, lengths differ, or a label lies outside 0..K-1.</exception>
    public static double Unbiased(Predictions predictions, ReadOnlySpan<int> labels, int seed = 0, CancellationToken cancellation = default)
    {
        Check(predictions, labels, fewestRows: 2);
        var rows = (long)labels.Length;
        return TakesAllPairs(predictions)
            ? 2 * SumBelowDiagonal(predictions, labels.ToArray(), cancellation) / (rows * (rows - 1))
            : CalibrationPairs.Draw(predictions, labels, SampledPairs, seed).Mean;
    }

    /// <summary>The biased estimate, over all n^2 pairs; at least 0.</summary>
    /// <inheritdoc cref="Unbiased"/>
    public static double Biased(Predictions predictions, ReadOnlySpan<int> labels, int seed = 0, CancellationToken cancellation = default)
    {
        Check(predictions, labels, fewestRows: 1);
        double rows = labels.Length;
        var diagonal = 0.0;
        for (var i = 0; i < labels.Length; i++)
            diagonal += 1 - 2 * predictions[i, labels[i]] + TensorPrimitives.SumOfSquares(predictions.Row(i));
        return rows == 1 ? diagonal : (diagonal + rows * (rows - 1) * Unbiased(predictions, labels, seed, cancellation)) / (rows * rows);
    }

    /// <summary>Whether the figure rests on all pairs rather than on a draw of them.</summary>
    public static bool TakesAllPairs(Predictions predictions)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        return (long)predictions.Count * (predictions.Count - 1) / 2 * predictions.Classes <= MostProducts;
    }

    private static void Check(Predictions predictions, ReadOnlySpan<int> labels, int fewestRows)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        LabelledRows.Check(labels, predictions.Count, predictions.Classes);
        if (labels.Length < fewestRows)
            throw new ArgumentException($"A kernel calibration error needs {fewestRows} rows; there is one.", nameof(labels));
    }

    private static double SumBelowDiagonal(Predictions predictions, int[] labels, CancellationToken cancellation)
    {
        var (rows, classes) = (predictions.Count, predictions.Classes);
        var (columns, norms) = (new double[rows * classes], new double[rows]);
        for (var i = 0; i < rows; i++)
        {
            norms[i] = TensorPrimitives.SumOfSquares(predictions.Row(i));
            for (var k = 0; k < classes; k++)
                columns[k * rows + i] = predictions[i, k];
        }
        // Strips of rows against all rows before them; late strips are longer, so they are small.
        const int Strip = 64;
        var sums = new double[(rows + Strip - 1) / Strip];
        Parallel.For(0, sums.Length, new ParallelOptions { CancellationToken = cancellation }, strip =>
        {
            Span<double> products = stackalloc double[Block], kernel = stackalloc double[Block];
            for (var i = strip * Strip; i < Math.Min(rows, (strip + 1) * Strip); i++)
            {
                var row = predictions.Row(i);
                for (var start = 0; start < i; start += Block)
                {
                    var length = Math.Min(Block, i - start);
                    var product = products[..length];
                    var distance = kernel[..length];
                    TensorPrimitives.Multiply(columns.AsSpan(start, length), row[0], product);
                    for (var k = 1; k < classes; k++)
                        TensorPrimitives.MultiplyAdd(columns.AsSpan(k * rows + start, length), row[k], product, product);
                    for (var j = 0; j < length; j++)
                        distance[j] = -Math.Sqrt(Math.Max(0, norms[i] + norms[start + j] - 2 * product[j]));
                    TensorPrimitives.Exp<double>(distance, distance);
                    var own = columns.AsSpan(labels[i] * rows + start, length);
                    for (var j = 0; j < length; j++)
                        sums[strip] += distance[j] * (product[j] - row[labels[start + j]] - own[j] + (labels[start + j] == labels[i] ? 1 : 0));
                }
            }
        });
        return sums.Sum();
    }
}
