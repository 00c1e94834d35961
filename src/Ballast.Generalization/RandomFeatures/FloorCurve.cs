using Ballast.Core;

namespace Ballast.Generalization.RandomFeatures;

/// <summary>Which error an infinitely wide network reaches on given data for which size of its coefficients: no number of units of the same domain does better.</summary>
public sealed class FloorCurve
{
    private readonly double[] eigenvalues;
    private readonly double[] coefficients;
    private readonly double total;

    /// <summary>From the kernel of a weight domain.</summary>
    /// <param name="kernel">K_V, [n, n], symmetric.</param>
    /// <param name="y">[n]; centred here.</param>
    /// <exception cref="ArgumentException">Sizes do not fit, or there are fewer than two rows.</exception>
    public FloorCurve(ReadOnlySpan<double> kernel, ReadOnlySpan<double> y)
    {
        if (y.Length < 2 || kernel.Length != (long)y.Length * y.Length)
            throw new ArgumentException($"A kernel of {kernel.Length} numbers for {y.Length} rows; n x n of at least 2 is expected.", nameof(kernel));
        var mean = System.Numerics.Tensors.TensorPrimitives.Sum(y) / y.Length;
        var centred = y.ToArray().Select(value => value - mean).ToArray();
        (eigenvalues, coefficients) = LeastSquares.Eigen(kernel.ToArray(), centred);
        // Of a kernel that is positive, what falls below 0 is rounding.
        for (var i = 0; i < eigenvalues.Length; i++)
            eigenvalues[i] = Math.Max(0, eigenvalues[i]);
        total = coefficients.Sum(c => c * c);
        Rows = y.Length;
    }

    /// <summary>Rows n.</summary>
    public int Rows { get; }

    /// <summary>Share of the squares of y in directions whose eigenvalue is below 1e-10 of the largest: what double precision cannot fit at this range at all.</summary>
    public double UnreachableShare => total == 0 ? 0 : eigenvalues.Zip(coefficients).Where(pair => pair.First < 1e-10 * eigenvalues[^1]).Sum(pair => pair.Second * pair.Second) / total;

    /// <summary>The point of one ridge.</summary>
    public FloorPoint At(double ridge)
    {
        Guard.Positive(ridge);
        var (residual, norm, rank) = (0.0, 0.0, 0.0);
        for (var i = 0; i < eigenvalues.Length; i++)
        {
            var (kappa, square) = (eigenvalues[i], coefficients[i] * coefficients[i]);
            var shrink = ridge / (kappa + ridge);
            residual += shrink * shrink * square;
            norm += kappa / ((kappa + ridge) * (kappa + ridge)) * square;
            rank += kappa / (kappa + ridge);
        }
        return new FloorPoint(ridge, residual, norm, rank);
    }

    /// <summary>The point where the coefficients' norm is <paramref name="budget"/> times that of the centred y; the smallest ridge that rounding allows where they never get so large.</summary>
    /// <param name="budget">B, above 0; 100 by default.</param>
    public FloorPoint AtBudget(double budget = 100)
    {
        var wanted = Guard.Positive(budget) * budget * total;
        var scale = Math.Max(eigenvalues[^1], double.Epsilon);
        var (low, high) = (Math.Log(scale * 1e-15), Math.Log(scale * 1e6));
        if (At(Math.Exp(low)).NormSquared <= wanted)
            return At(Math.Exp(low));
        for (var i = 0; i < 100; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = At(Math.Exp(middle)).NormSquared > wanted ? (middle, high) : (low, middle);
        }
        return At(Math.Exp(high));
    }
}
