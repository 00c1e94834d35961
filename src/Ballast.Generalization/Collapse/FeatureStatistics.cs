using System.Numerics;
using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Ballast.Generalization.Collapse;

/// <summary>Class means of features, and the spread within classes measured along the directions in which the class means differ.</summary>
/// <remarks>Rows are summed in blocks of fixed size, whose sums are added in order: the number of threads changes nothing.</remarks>
internal sealed class FeatureStatistics<T> where T : unmanaged, INumber<T>
{
    private const int BlockRows = 1024;

    // Eigenvalues of Sigma_B below this share of the largest count as 0: its rank is K - 1 at most.
    private const double RankCutoff = 1e-10;

    private readonly ReadOnlyMemory<T> features;
    private readonly ReadOnlyMemory<int> labels;
    private readonly double[] globalMean;

    public FeatureStatistics(ReadOnlyMemory<T> features, ReadOnlyMemory<int> labels, int classes, GlobalMean center)
    {
        if (labels.Length == 0)
            throw new ArgumentException("There are no samples.", nameof(labels));
        if (features.Length == 0 || features.Length % labels.Length != 0)
            throw new ArgumentException($"{features.Length} feature values are no whole number for each of {labels.Length} samples.", nameof(features));
        (this.features, this.labels, Width, Classes) = (features, labels, features.Length / labels.Length, classes);
        var counts = new int[classes];
        Means = new double[classes * Width];
        var row = new double[Width];
        for (var i = 0; i < labels.Length; i++)
        {
            var label = labels.Span[i];
            if (label < 0 || label >= classes)
                throw new ArgumentException($"labels[{i}] is {label}; expected 0..{classes - 1}.", nameof(labels));
            Read(i, row);
            if (!TensorPrimitives.IsFiniteAll<double>(row))
                throw new ArgumentException($"The features of sample {i} hold a value that is not finite.", nameof(features));
            counts[label]++;
            TensorPrimitives.Add(MeanOf(label), row, MeanOf(label));
        }
        globalMean = new double[Width];
        for (var k = 0; k < classes; k++)
        {
            if (counts[k] == 0)
                throw new ArgumentException($"Class {k} has no sample.", nameof(labels));
            if (center == GlobalMean.Samples)
                TensorPrimitives.Add(globalMean, MeanOf(k), globalMean);
            TensorPrimitives.Divide(MeanOf(k), counts[k], MeanOf(k));
            if (center == GlobalMean.Classes)
                TensorPrimitives.Add(globalMean, MeanOf(k), globalMean);
        }
        TensorPrimitives.Divide(globalMean, center == GlobalMean.Samples ? labels.Length : classes, globalMean);
    }

    public int Width { get; }

    public int Classes { get; }

    public int Count => labels.Length;

    /// <summary>K x d, row-major.</summary>
    public double[] Means { get; }

    public Span<double> MeanOf(int k) => Means.AsSpan(k * Width, Width);

    /// <summary>Class means minus the global mean, [K, d].</summary>
    public Matrix<double> CenteredMeans() => DenseMatrix.Create(Classes, Width, (k, j) => Means[k * Width + j] - globalMean[j]);

    /// <summary>[K, d].</summary>
    public Matrix<double> PlainMeans() => DenseMatrix.Create(Classes, Width, (k, j) => Means[k * Width + j]);

    /// <summary>trace(Sigma_W pinv(Sigma_B)) / K; null where Sigma_B is 0.</summary>
    public double? WithinOverBetween(CancellationToken cancellation)
    {
        var directions = Directions();                                  // r rows u_j / sqrt(lambda_j) of length d
        if (directions.Length == 0)
            return null;
        var sums = new double[(Count + BlockRows - 1) / BlockRows];
        Parallel.For(0, sums.Length, new ParallelOptions { CancellationToken = cancellation }, block =>
        {
            var row = new double[Width];
            var sum = 0.0;
            for (var i = block * BlockRows; i < Math.Min(Count, (block + 1) * BlockRows); i++)
            {
                Read(i, row);
                TensorPrimitives.Subtract(row, MeanOf(labels.Span[i]), row);
                foreach (var direction in directions)
                {
                    var projection = TensorPrimitives.Dot<double>(direction, row);
                    sum += projection * projection;
                }
            }
            sums[block] = sum;
        });
        return TensorPrimitives.Sum<double>(sums) / Count / Classes;
    }

    /// <summary>Share of samples for which <paramref name="classifier"/> (K x d, with <paramref name="bias"/>) and the nearest class mean agree; ties to the lower class.</summary>
    public double Agreement(double[] classifier, double[] bias, CancellationToken cancellation)
    {
        // argmin |h - m|^2 = argmax m.h - |m|^2/2.
        var half = new double[Classes];
        for (var k = 0; k < Classes; k++)
            half[k] = -TensorPrimitives.SumOfSquares<double>(MeanOf(k)) / 2;
        var agreed = new int[(Count + BlockRows - 1) / BlockRows];
        Parallel.For(0, agreed.Length, new ParallelOptions { CancellationToken = cancellation }, block =>
        {
            var row = new double[Width];
            for (var i = block * BlockRows; i < Math.Min(Count, (block + 1) * BlockRows); i++)
            {
                Read(i, row);
                if (Highest(row, classifier, bias) == Highest(row, Means, half))
                    agreed[block]++;
            }
        });
        return TensorPrimitives.Sum<int>(agreed) / (double)Count;
    }

    private int Highest(ReadOnlySpan<double> row, double[] rows, double[] offsets)
    {
        var (best, highest) = (0, double.NegativeInfinity);
        for (var k = 0; k < Classes; k++)
        {
            var score = TensorPrimitives.Dot(rows.AsSpan(k * Width, Width), row) + offsets[k];
            if (score > highest)
                (best, highest) = (k, score);
        }
        return best;
    }

    // Eigenvectors of Sigma_B = C^T C / K over the roots of their eigenvalues, C = the centred means; from the smaller of C C^T and C^T C.
    private double[][] Directions()
    {
        var centered = CenteredMeans();
        var wide = Classes <= Width;
        var gram = (wide ? centered.TransposeAndMultiply(centered) : centered.TransposeThisAndMultiply(centered)) / Classes;
        var factors = gram.Evd(Symmetricity.Symmetric);
        var values = factors.EigenValues.Select(value => value.Real).ToArray();
        var largest = values.Max();
        if (!(largest > 0))
            return [];
        return [.. Enumerable.Range(0, values.Length).Where(j => values[j] > RankCutoff * largest).Select(j =>
        {
            var vector = factors.EigenVectors.Column(j);
            // From v of C C^T the eigenvector of C^T C is C^T v / sqrt(K lambda).
            return wide ? (centered.TransposeThisAndMultiply(vector) / (values[j] * Math.Sqrt(Classes))).ToArray() : (vector / Math.Sqrt(values[j])).ToArray();
        })];
    }

    private void Read(int i, double[] row) => TensorPrimitives.ConvertTruncating(features.Span.Slice(i * Width, Width), row.AsSpan());
}
