using Ballast.Core;

namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>Clenshaw and Curtis's quadrature on [-1, 1].</summary>
public static class ClenshawCurtis
{
    /// <summary>Nodes c_i = cos(i pi / N) and weights w_i, i = 0..N, the node 1 first; the weights sum to 2.</summary>
    /// <remarks>w_i = (gamma_i / N) sum_{k=0}^{N/2} b_k cos(2 k i pi / N) / (1 - 4 k^2), gamma 1 at both ends, else 2, b_0 = b_{N/2} = 1, else 2.</remarks>
    /// <param name="steps">N, even, at least 2.</param>
    public static (double[] Nodes, double[] Weights) Rule(int steps)
    {
        if (steps % 2 != 0)
            throw new ArgumentOutOfRangeException(nameof(steps), steps, "steps must be even.");
        Guard.InRange(steps, 2, 10_000);
        var (nodes, weights) = (new double[steps + 1], new double[steps + 1]);
        for (var i = 0; i <= steps; i++)
        {
            nodes[i] = Math.Cos(i * Math.PI / steps);
            var sum = 0.0;
            for (var k = 0; k <= steps / 2; k++)
                sum += (k == 0 || k == steps / 2 ? 1 : 2) * Math.Cos(2.0 * k * i * Math.PI / steps) / (1 - 4.0 * k * k);
            weights[i] = (i == 0 || i == steps ? 1 : 2) * sum / steps;
        }
        return (nodes, weights);
    }
}
