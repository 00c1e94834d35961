using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Generalization.RandomFeatures;

/// <summary>Regularised least squares by singular value decomposition: never by normal equations, whose condition is the square of one that is 1e16 already.</summary>
internal static class LeastSquares
{
    /// <summary>beta [p, k] of least |H beta - y|^2 (+ alpha |beta|^2), its residual norm, and all singular values of H, falling.</summary>
    /// <param name="hidden">H, [n, p].</param>
    /// <param name="y">[n, k].</param>
    /// <param name="columns">p.</param>
    /// <param name="outputs">k.</param>
    /// <param name="cutoff">Share of the largest singular value below which one is dropped.</param>
    /// <param name="ridge">alpha, or null.</param>
    public static (double[] Beta, double Residual, double[] SingularValues) Solve(double[] hidden, double[] y, int columns, int outputs, double cutoff, double? ridge)
    {
        using var scope = NewDisposeScope();
        var rows = y.Length / outputs;
        var h = tensor(hidden, [rows, columns], float64);
        var target = tensor(y, [rows, outputs], float64);
        var (u, s, vh) = linalg.svd(h, fullMatrices: false);
        var values = s.data<double>().ToArray();
        var filter = Array.ConvertAll(values, value => ridge is { } alpha ? value / (value * value + alpha) : value > cutoff * values[0] ? 1 / value : 0);
        var beta = vh.t().matmul(tensor(filter, [filter.Length, 1], float64) * u.t().matmul(target));   // [p, k]
        var residual = linalg.norm(h.matmul(beta) - target).ToDouble();
        return (beta.contiguous().data<double>().ToArray(), residual, values);
    }

    /// <summary>Eigenvalues, ascending, and U^T y of a symmetric matrix [n, n].</summary>
    public static (double[] Values, double[] Coefficients) Eigen(double[] matrix, double[] y)
    {
        using var scope = NewDisposeScope();
        var (values, vectors) = linalg.eigh(tensor(matrix, [y.Length, y.Length], float64));
        return (values.data<double>().ToArray(), vectors.t().matmul(tensor(y, float64)).contiguous().data<double>().ToArray());
    }
}
