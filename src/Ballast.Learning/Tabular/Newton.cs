using System.Numerics.Tensors;
using Ballast.Numerics.Optimization;
using MathNet.Numerics.LinearAlgebra;

namespace Ballast.Learning.Tabular;

/// <summary>Newton's method with backtracking for a convex function whose Hessian can be held.</summary>
/// <remarks>Source: Boyd and Vandenberghe (2004), Convex Optimization, algorithms 9.2 and 9.5.</remarks>
internal static class Newton
{
    private const double SufficientDecrease = 1e-4, Rounding = 1e-15;

    /// <summary>Moves <paramref name="point"/> to the minimum: until no gradient entry exceeds <paramref name="tolerance"/>, the decrease to be had drowns in rounding, or the iterations are up.</summary>
    /// <returns>Whether the minimum was reached.</returns>
    internal static bool Minimize(
        SmoothFunction function, Func<double[], Matrix<double>> hessian, double[] point, double tolerance, int maximumIterations, CancellationToken cancellation)
    {
        var (gradient, next) = (new double[point.Length], new double[point.Length]);
        var value = function(point, gradient);
        for (var iteration = 0; iteration < maximumIterations; iteration++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (point.Length == 0 || Math.Abs(TensorPrimitives.MaxMagnitude<double>(gradient)) <= tolerance)
                return true;
            var direction = hessian(point).Cholesky().Solve(Vector<double>.Build.DenseOfArray(gradient)).AsArray();
            var decrease = TensorPrimitives.Dot<double>(gradient, direction);
            if (decrease <= Rounding * Math.Abs(value))
                return true;
            for (var step = 1.0; ; step /= 2)
            {
                TensorPrimitives.MultiplyAdd<double>(direction, -step, point, next);
                var trial = function(next, gradient);
                if (!(trial <= value - SufficientDecrease * step * decrease + Rounding * Math.Abs(value)) && step > 1e-10)
                    continue;
                value = trial;
                next.CopyTo(point, 0);
                break;
            }
        }
        return false;
    }
}
