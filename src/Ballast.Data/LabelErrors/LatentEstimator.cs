using MathNet.Numerics.LinearAlgebra;

namespace Ballast.Data.LabelErrors;

/// <summary>Noise matrices and true class shares from a confident joint (step 5).</summary>
internal static class LatentEstimator
{
    private const double LargestNoiseRate = 0.9999;

    public static LatentEstimate Estimate(int[,] joint, ReadOnlySpan<int> givenCounts, PriorMethod method, bool converge)
    {
        var classes = givenCounts.Length;
        var total = 0L;
        foreach (var count in givenCounts)
            total += count;
        var givenShares = new double[classes];
        for (var k = 0; k < classes; k++)
            givenShares[k] = givenCounts[k] / (double)total;

        var (rowSums, columnSums) = Sums(joint, classes);
        var noise = new double[classes, classes];
        var inverse = new double[classes, classes];
        for (var s = 0; s < classes; s++)
            for (var y = 0; y < classes; y++)
            {
                noise[s, y] = joint[s, y] / Math.Max(columnSums[y], ConfidentLearning.Tiny);
                inverse[y, s] = joint[s, y] / Math.Max(rowSums[s], ConfidentLearning.Tiny);
            }

        var prior = method switch
        {
            PriorMethod.Count => FromDiagonals(noise, inverse, givenShares),
            PriorMethod.Equation => Solve(noise, givenShares),
            PriorMethod.Marginal => [.. columnSums.Select(c => c / Math.Max(columnSums.Sum(), ConfidentLearning.Tiny))],
            PriorMethod.MarginalGivenShares => Multiply(inverse, givenShares),
            _ => throw new ArgumentOutOfRangeException(nameof(method), method, "No such way to estimate the prior."),
        };
        prior = Normalised(prior, ConfidentLearning.Slack);
        ClipNoiseRates(noise);
        ClipNoiseRates(inverse);
        if (converge)
            prior = Converge(prior, noise, inverse, givenShares);
        return new LatentEstimate(prior, noise, inverse);
    }

    // Makes prior, noise and inverse agree: each is the other two's Bayes rule.
    private static double[] Converge(double[] prior, double[,] noise, double[,] inverse, double[] givenShares)
    {
        var classes = prior.Length;
        for (var outer = 0; outer < 3; outer++)
        {
            for (var inner = 0; inner < 5; inner++)
            {
                for (var s = 0; s < classes; s++)
                    for (var y = 0; y < classes; y++)
                        inverse[y, s] = noise[s, y] * prior[y] / Math.Max(givenShares[s], ConfidentLearning.Tiny);
                ClipNoiseRates(inverse);
                prior = Normalised(FromDiagonals(noise, inverse, givenShares), ConfidentLearning.Slack);
            }
            for (var s = 0; s < classes; s++)
                for (var y = 0; y < classes; y++)
                    noise[s, y] = inverse[y, s] * givenShares[s] / Math.Max(prior[y], ConfidentLearning.Tiny);
            ClipNoiseRates(noise);
        }
        ClipNoiseRates(noise);
        ClipNoiseRates(inverse);
        return Normalised(prior, 1e-5);
    }

    private static double[] FromDiagonals(double[,] noise, double[,] inverse, double[] givenShares)
    {
        var prior = new double[givenShares.Length];
        for (var k = 0; k < prior.Length; k++)
            prior[k] = inverse[k, k] / Math.Max(noise[k, k], ConfidentLearning.Tiny) * givenShares[k];
        return prior;
    }

    private static double[] Solve(double[,] noise, double[] givenShares)
    {
        var factors = Matrix<double>.Build.DenseOfArray(noise).LU();
        var pivots = factors.U.Diagonal().PointwiseAbs();
        if (pivots.Minimum() <= givenShares.Length * 2.2e-16 * pivots.Maximum())
            throw new ArgumentException("The noise matrix is singular (a class without rows?), so the prior cannot be solved from it; use another method.");
        return factors.Solve(Vector<double>.Build.DenseOfArray(givenShares)).ToArray();
    }

    private static double[] Multiply(double[,] inverse, double[] givenShares)
    {
        var prior = new double[givenShares.Length];
        for (var y = 0; y < prior.Length; y++)
            for (var s = 0; s < prior.Length; s++)
                prior[y] += inverse[y, s] * givenShares[s];
        return prior;
    }

    private static (double[] Rows, double[] Columns) Sums(int[,] joint, int classes)
    {
        var (rows, columns) = (new double[classes], new double[classes]);
        for (var s = 0; s < classes; s++)
            for (var y = 0; y < classes; y++)
            {
                rows[s] += joint[s, y];
                columns[y] += joint[s, y];
            }
        return (rows, columns);
    }

    private static double[] Normalised(double[] values, double low)
    {
        var clipped = values.Select(v => Math.Clamp(v, low, 1)).ToArray();
        var sum = Math.Max(clipped.Sum(), ConfidentLearning.Tiny);
        return [.. clipped.Select(v => v / sum)];
    }

    // Diagonals are consistencies, not noise rates, and stay.
    private static void ClipNoiseRates(double[,] matrix)
    {
        var classes = matrix.GetLength(0);
        for (var column = 0; column < classes; column++)
        {
            var sum = 0.0;
            for (var row = 0; row < classes; row++)
            {
                if (row != column)
                    matrix[row, column] = Math.Clamp(matrix[row, column], 0, LargestNoiseRate);
                sum += matrix[row, column];
            }
            for (var row = 0; row < classes; row++)
                matrix[row, column] /= Math.Max(sum, ConfidentLearning.Tiny);
        }
    }
}
