using Ballast.Core;
using Ballast.Learning.Adversarial;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Ballast.Robustness.Disparity;

/// <summary>The direction of greatest worst-case margin between N(±μ, Σ).</summary>
internal sealed class GaussianDirection
{
    private const int Steps = 10_000;

    private readonly Matrix<double> covariance, inverse;
    private readonly Evd<double> eigen;
    private readonly bool isDiagonal;

    public GaussianDirection(double[,] covariance, int size)
    {
        Guard.SameLength(size, covariance.GetLength(0), "the mean", nameof(covariance));
        Guard.SameLength(size, covariance.GetLength(1), "the mean", nameof(covariance));
        Guard.Positive(size);
        this.covariance = Matrix<double>.Build.DenseOfArray(covariance);
        if (!((this.covariance - this.covariance.Transpose()).InfinityNorm() <= 1e-9 * this.covariance.InfinityNorm()))
            throw new ArgumentException("The covariance is not symmetric.", nameof(covariance));
        eigen = this.covariance.Evd(Symmetricity.Symmetric);
        var (least, greatest) = (eigen.EigenValues.Min(value => value.Real), eigen.EigenValues.Max(value => value.Real));
        if (!(least > greatest * 1e-14))
            throw new ArgumentException($"The covariance is not positive definite: its smallest eigenvalue is {least:g4}.", nameof(covariance));
        inverse = eigen.EigenVectors * Matrix<double>.Build.DenseOfDiagonalVector(eigen.EigenValues.Real().Map(value => 1 / value)) * eigen.EigenVectors.Transpose();
        isDiagonal = this.covariance.EnumerateIndexed(Zeros.AllowSkip).All(entry => entry.Item1 == entry.Item2 || entry.Item3 == 0);
    }

    /// <summary>w of length 1 with its scale and margins; zeros where the ball reaches μ.</summary>
    public Direction Solve(Vector<double> mu, PerturbationNorm norm, double epsilon)
    {
        var left = mu - Nearest(mu, norm, epsilon);
        var w = isDiagonal ? left.PointwiseDivide(covariance.Diagonal()) : eigen.Solve(left);
        var length = w.L2Norm();
        if (!(length > 1e-14 * Math.Max(1e-300, mu.L2Norm())))
            return new Direction(new double[mu.Count], 0, 0, 0);
        w /= length;
        var scale = Math.Sqrt(w * (covariance * w));
        var reach = epsilon * (norm == PerturbationNorm.L2 ? w.L2Norm() : w.L1Norm());
        var margin = (w * mu - reach) / scale;
        return margin > 0 ? new Direction(w.ToArray(), scale, w * mu / scale, margin) : new Direction(new double[mu.Count], 0, 0, 0);
    }

    // z* = argmin over the ball of (μ - z)ᵀ Σ⁻¹ (μ - z).
    private Vector<double> Nearest(Vector<double> mu, PerturbationNorm norm, double epsilon)
    {
        if (epsilon == 0)
            return Vector<double>.Build.Dense(mu.Count);
        if (norm == PerturbationNorm.L2)
            return mu.L2Norm() <= epsilon ? mu : InSphere(mu, epsilon);
        if (mu.InfinityNorm() <= epsilon)
            return mu;
        return isDiagonal ? Clipped(mu, epsilon) : InBox(mu, epsilon);
    }

    // In Σ's eigenvectors z_i = μ_i / (1 + λ s_i); λ ≥ 0 is where its length is ε, which falls in λ.
    private Vector<double> InSphere(Vector<double> mu, double epsilon)
    {
        var (turned, s) = (eigen.EigenVectors.TransposeThisAndMultiply(mu), eigen.EigenValues.Real());
        Vector<double> At(double lambda) => turned.PointwiseDivide(s * lambda + 1);
        var (low, high) = (0.0, 1 / s.Minimum());
        while (At(high).L2Norm() > epsilon)
            high *= 2;
        for (var i = 0; i < 200 && high - low > 1e-16 * high; i++)
        {
            var middle = (low + high) / 2;
            if (At(middle).L2Norm() > epsilon)
                low = middle;
            else
                high = middle;
        }
        return eigen.EigenVectors * At((low + high) / 2);
    }

    // Accelerated projected gradient (FISTA) with restarts; then the free coordinates are solved for exactly.
    private Vector<double> InBox(Vector<double> mu, double epsilon)
    {
        var step = eigen.EigenValues.Min(value => value.Real);
        var (z, ahead, momentum) = (Clipped(mu, epsilon), Clipped(mu, epsilon), 1.0);
        for (var i = 0; i < Steps; i++)
        {
            var gradient = inverse * (ahead - mu);
            var next = Clipped(ahead - gradient * step, epsilon);
            var change = next - z;
            // Momentum that points uphill is dropped.
            if (gradient * change > 0)
                momentum = 1;
            var grown = (1 + Math.Sqrt(1 + 4 * momentum * momentum)) / 2;
            ahead = next + change * ((momentum - 1) / grown);
            (z, momentum) = (next, grown);
            if (change.L2Norm() <= 1e-12 * Math.Max(z.L2Norm(), epsilon) && momentum > 1 && (Clipped(z - inverse * (z - mu) * step, epsilon) - z).L2Norm() <= 1e-12 * Math.Max(z.L2Norm(), epsilon))
                break;
        }
        return Polished(z, mu, epsilon);
    }

    private Vector<double> Polished(Vector<double> z, Vector<double> mu, double epsilon)
    {
        int[] free = [.. Enumerable.Range(0, z.Count).Where(i => Math.Abs(z[i]) < epsilon * (1 - 1e-9))];
        if (free.Length == 0)
            return z;
        int[] bound = [.. Enumerable.Range(0, z.Count).Except(free)];
        var own = Matrix<double>.Build.Dense(free.Length, free.Length, (a, b) => inverse[free[a], free[b]]);
        var push = Vector<double>.Build.Dense(free.Length, a => -bound.Sum(j => inverse[free[a], j] * (z[j] - mu[j])));
        var solved = own.Cholesky().Solve(push);
        var result = z.Clone();
        for (var a = 0; a < free.Length; a++)
            result[free[a]] = mu[free[a]] + solved[a];
        return free.All(i => Math.Abs(result[i]) <= epsilon) ? result : z;
    }

    private static Vector<double> Clipped(Vector<double> values, double epsilon) => values.Map(value => Math.Clamp(value, -epsilon, epsilon));

    internal readonly record struct Direction(double[] W, double Scale, double Natural, double Margin);
}
