using MathNet.Numerics.LinearAlgebra;

namespace Ballast.Evaluation.Slices.Clusters;

/// <summary>The directions of largest variance.</summary>
internal static class PrincipalComponents
{
    /// <summary>n x <paramref name="components"/> projections of centred rows, the largest variance first; the sign makes each direction's largest weight positive.</summary>
    public static double[] Of(double[] centred, int width, int components)
    {
        var count = centred.Length / width;
        var rows = Matrix<double>.Build.Dense(width, count, centred); // column-major: a column is a row
        var eigen = (rows * rows.Transpose() / Math.Max(1, count)).Evd(Symmetricity.Symmetric);
        var projected = new double[count * components];
        for (var c = 0; c < components; c++)
        {
            var direction = eigen.EigenVectors.Column(width - 1 - c);
            var sign = Math.Sign(direction[direction.AbsoluteMaximumIndex()]);
            for (var i = 0; i < count; i++)
            {
                var sum = 0.0;
                for (var j = 0; j < width; j++)
                    sum += centred[i * width + j] * direction[j];
                projected[i * components + c] = sign * sum;
            }
        }
        return projected;
    }
}
