using Ballast.Core;
using Ballast.Evaluation.Slices.Clusters;
using MathNet.Numerics.LinearAlgebra;

namespace Ballast.Evaluation.Slices.Language;

/// <summary>A linear map from representations to the space of text embeddings: ridge regression in closed form.</summary>
/// <remarks>
/// Source: Ghosh et al., "LADDER", Findings of ACL 2025, section 3; there by gradient descent. A = (Phi - mean) / sd, b = mean of the shared embeddings,
/// W = (A'A + lambda I)^-1 A'(Psi - b): the intercept is not penalised, lambda is not divided by n.
/// </remarks>
public sealed class LanguageAligner
{
    private static readonly double[] penalties = [0.1, 1, 10, 100, 1000];
    private const int Folds = 5;

    private readonly double[] mean, scale, weights, intercept;

    private LanguageAligner(double[] mean, double[] scale, double[] weights, double[] intercept, double penalty) =>
        (this.mean, this.scale, this.weights, this.intercept, Penalty) = (mean, scale, weights, intercept, penalty);

    /// <summary>d x m weights on standardised representations, row-major.</summary>
    public ReadOnlyMemory<double> Weights => weights;

    /// <summary>m values b.</summary>
    public ReadOnlyMemory<double> Intercept => intercept;

    /// <summary>Lambda.</summary>
    public double Penalty { get; }

    /// <summary>Fits the map.</summary>
    /// <param name="representations">n x d values, row-major.</param>
    /// <param name="width">d.</param>
    /// <param name="embeddings">n x m embeddings of the same rows.</param>
    /// <param name="embeddingWidth">m.</param>
    /// <param name="penalty">Lambda, above 0.</param>
    /// <exception cref="ArgumentException">Lengths disagree.</exception>
    public static LanguageAligner Fit(ReadOnlySpan<double> representations, int width, ReadOnlySpan<double> embeddings, int embeddingWidth, double penalty) =>
        Fit(representations, width, embeddings, embeddingWidth, [Guard.Positive(penalty)])[0];

    // The products with the rows are the work; penalties share them.
    private static LanguageAligner[] Fit(ReadOnlySpan<double> representations, int width, ReadOnlySpan<double> embeddings, int embeddingWidth, double[] penalties)
    {
        Guard.Positive(width);
        Guard.Positive(embeddingWidth);
        var n = representations.Length / width;
        Guard.SameLength(n * embeddingWidth, embeddings.Length, nameof(representations), nameof(embeddings));
        var standardized = new Standardized(representations, width);
        var intercept = new double[embeddingWidth];
        for (var i = 0; i < n; i++)
            for (var k = 0; k < embeddingWidth; k++)
                intercept[k] += embeddings[i * embeddingWidth + k] / n;
        var a = Matrix<double>.Build.Dense(width, n, standardized.Values);  // A', column-major
        var targets = Matrix<double>.Build.Dense(n, embeddingWidth);
        for (var i = 0; i < n; i++)
            for (var k = 0; k < embeddingWidth; k++)
                targets[i, k] = embeddings[i * embeddingWidth + k] - intercept[k];
        var (gram, products) = (a.TransposeAndMultiply(a), a * targets);
        return Array.ConvertAll(penalties, penalty =>
        {
            var solved = (gram + Matrix<double>.Build.DenseDiagonal(width, penalty)).Cholesky().Solve(products);
            return new LanguageAligner(standardized.Mean, standardized.Scale, solved.ToRowMajorArray(), intercept, penalty);
        });
    }

    /// <summary>Fits the map with the penalty of 0.1, 1, 10, 100, 1000 that explains held-out rows best in seeded 5-fold cross-validation, the largest on ties.</summary>
    /// <returns>The map fitted to all rows, and its cross-validated R2.</returns>
    /// <exception cref="ArgumentException">Fewer than 10 rows, or lengths disagree.</exception>
    public static (LanguageAligner Aligner, double HeldOutR2) FitCrossValidated(ReadOnlyMemory<double> representations, int width, ReadOnlyMemory<double> embeddings, int embeddingWidth, long seed)
    {
        var n = representations.Length / Guard.Positive(width);
        if (n < 2 * Folds)
            throw new ArgumentException($"{n} rows are too few to choose a penalty on {Folds} folds.", nameof(representations));
        var order = RandomStream.For(seed, "aligner folds").Permutation(n);
        var fold = new int[n];
        for (var i = 0; i < n; i++)
            fold[order[i]] = i % Folds;
        var (residual, spread) = (new double[penalties.Length], new double[penalties.Length]);
        for (var f = 0; f < Folds; f++)
        {
            int[] train = [.. Enumerable.Range(0, n).Where(i => fold[i] != f)], test = [.. Enumerable.Range(0, n).Where(i => fold[i] == f)];
            var fits = Fit(Pick(representations.Span, width, train), width, Pick(embeddings.Span, embeddingWidth, train), embeddingWidth, penalties);
            var (testRows, testEmbeddings) = (Pick(representations.Span, width, test), Pick(embeddings.Span, embeddingWidth, test));
            for (var p = 0; p < penalties.Length; p++)
            {
                var (r, s) = fits[p].SumsOfSquares(testRows, testEmbeddings);
                (residual[p], spread[p]) = (residual[p] + r, spread[p] + s);
            }
        }
        double[] scores = [.. residual.Zip(spread, (r, s) => s > 0 ? 1 - r / s : 0)];
        var best = 0;
        for (var p = 1; p < scores.Length; p++)
            if (scores[p] >= scores[best])
                best = p;
        return (Fit(representations.Span, width, embeddings.Span, embeddingWidth, penalties[best]), scores[best]);
    }

    /// <summary>pi(Phi): n x m values for n representations.</summary>
    public double[] Map(ReadOnlySpan<double> representations)
    {
        var (d, m) = (mean.Length, intercept.Length);
        var n = representations.Length / d;
        var mapped = new double[n * m];
        for (var i = 0; i < n; i++)
        {
            var row = mapped.AsSpan(i * m, m);
            intercept.CopyTo(row);
            for (var j = 0; j < d; j++)
                if (scale[j] > 0)
                    System.Numerics.Tensors.TensorPrimitives.MultiplyAdd<double>(weights.AsSpan(j * m, m), (representations[i * d + j] - mean[j]) / scale[j], row, row);
        }
        return mapped;
    }

    /// <summary>1 - residual sum of squares / sum of squares about the intercept, over all outputs together; 0 where the embeddings do not vary.</summary>
    public double R2(ReadOnlySpan<double> representations, ReadOnlySpan<double> embeddings)
    {
        var (residual, spread) = SumsOfSquares(representations, embeddings);
        return spread > 0 ? 1 - residual / spread : 0;
    }

    private (double Residual, double Spread) SumsOfSquares(ReadOnlySpan<double> representations, ReadOnlySpan<double> embeddings)
    {
        var mapped = Map(representations);
        double residual = 0, spread = 0;
        for (var i = 0; i < mapped.Length; i++)
        {
            residual += (embeddings[i] - mapped[i]) * (embeddings[i] - mapped[i]);
            var centred = embeddings[i] - intercept[i % intercept.Length];
            spread += centred * centred;
        }
        return (residual, spread);
    }

    private static double[] Pick(ReadOnlySpan<double> values, int width, int[] rows)
    {
        var picked = new double[rows.Length * width];
        for (var i = 0; i < rows.Length; i++)
            values.Slice(rows[i] * width, width).CopyTo(picked.AsSpan(i * width));
        return picked;
    }
}
