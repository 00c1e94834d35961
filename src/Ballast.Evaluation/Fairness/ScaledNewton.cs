using MathNet.Numerics.LinearAlgebra;

namespace Ballast.Evaluation.Fairness;

/// <summary>The Newton step of a convex function whose Hessian may be nearly singular.</summary>
internal static class ScaledNewton
{
    /// <summary>-H^-1 g, with H scaled to a unit diagonal and a small ridge, larger where it takes more to be positive definite. Overwrites H.</summary>
    public static Vector<double> Direction(Matrix<double> hessian, Vector<double> gradient, double ridge)
    {
        var scale = hessian.Diagonal().Map(value => 1 / Math.Sqrt(Math.Max(value, 1e-300)));
        for (var i = 0; i < hessian.RowCount; i++)
            for (var j = 0; j < hessian.ColumnCount; j++)
                hessian[i, j] *= scale[i] * scale[j];
        var right = gradient.PointwiseMultiply(scale).Negate();
        for (; ; ridge *= 100)
        {
            var ridged = hessian + ridge * Matrix<double>.Build.DenseIdentity(hessian.RowCount);
            try
            {
                return ridged.Cholesky().Solve(right).PointwiseMultiply(scale);
            }
            catch (ArgumentException) when (ridge < 1)
            {
                // Not positive definite to rounding: a larger ridge.
            }
        }
    }
}
