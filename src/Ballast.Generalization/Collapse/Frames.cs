using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Ballast.Generalization.Collapse;

/// <summary>Distance of matrices that are compared up to a factor.</summary>
internal static class Frames
{
    /// <summary>|| A/||A|| - T/||T|| || in Frobenius norms; null where one of them is 0.</summary>
    public static double? Distance(Matrix<double> actual, double[,] target)
    {
        var wanted = DenseMatrix.OfArray(target);
        var (size, wantedSize) = (actual.FrobeniusNorm(), wanted.FrobeniusNorm());
        return size > 0 && wantedSize > 0 ? (actual / size - wanted / wantedSize).FrobeniusNorm() : null;
    }
}
