namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>The integral of a positive network: f(x) = (x / 2) sum over i of w_i g(x (c_i + 1) / 2), g = ELU(net) + 1, net of layers 1, h, h, 1 with ReLU.</summary>
/// <remarks>Source: Wehenkel and Louppe, "Unconstrained monotonic neural networks", NeurIPS 2019. Parameters in order: w1 [h], b1 [h], W2 [h, h], b2 [h], w3 [h], b3.</remarks>
internal sealed class MonotoneNetwork(int hidden)
{
    private const int Steps = 50;

    private static readonly (double[] Nodes, double[] Weights) s_rule = ClenshawCurtis.Rule(Steps);

    private readonly double[] first = new double[hidden], second = new double[hidden], back = new double[hidden];

    /// <summary>Number of parameters for h hidden units.</summary>
    public static int ParameterCount(int hidden) => hidden * hidden + 4 * hidden + 1;

    /// <summary>f(x).</summary>
    public double Value(ReadOnlySpan<double> parameters, double x)
    {
        var sum = 0.0;
        for (var i = 0; i <= Steps; i++)
            sum += s_rule.Weights[i] * Positive(Network(parameters, x * (s_rule.Nodes[i] + 1) / 2));
        return x / 2 * sum;
    }

    /// <summary>Adds <paramref name="slope"/> times the slopes of f(x) in the parameters.</summary>
    public void AddGradient(ReadOnlySpan<double> parameters, double x, double slope, Span<double> gradient)
    {
        var (h, square) = (hidden, hidden * hidden);
        for (var i = 0; i <= Steps; i++)
        {
            var t = x * (s_rule.Nodes[i] + 1) / 2;
            var output = Network(parameters, t);
            var inOutput = slope * x / 2 * s_rule.Weights[i] * (output > 0 ? 1 : Math.Exp(output));
            gradient[square + 4 * h] += inOutput;
            Array.Clear(back);
            for (var j = 0; j < h; j++)
            {
                gradient[square + 3 * h + j] += inOutput * second[j];
                if (second[j] <= 0)
                    continue;
                var inUnit = inOutput * parameters[square + 3 * h + j];
                gradient[square + 2 * h + j] += inUnit;
                for (var k = 0; k < h; k++)
                {
                    gradient[2 * h + j * h + k] += inUnit * first[k];
                    back[k] += inUnit * parameters[2 * h + j * h + k];
                }
            }
            for (var k = 0; k < h; k++)
                if (first[k] > 0)
                {
                    gradient[k] += back[k] * t;
                    gradient[h + k] += back[k];
                }
        }
    }

    private double Network(ReadOnlySpan<double> parameters, double t)
    {
        var (h, square) = (hidden, hidden * hidden);
        for (var k = 0; k < h; k++)
            first[k] = Math.Max(0, parameters[k] * t + parameters[h + k]);
        var output = parameters[square + 4 * h];
        for (var j = 0; j < h; j++)
        {
            var sum = parameters[square + 2 * h + j];
            for (var k = 0; k < h; k++)
                sum += parameters[2 * h + j * h + k] * first[k];
            second[j] = Math.Max(0, sum);
            output += parameters[square + 3 * h + j] * second[j];
        }
        return output;
    }

    private static double Positive(double output) => output > 0 ? output + 1 : Math.Exp(output);
}
