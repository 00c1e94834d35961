using System.Numerics.Tensors;

namespace Ballast.Evaluation.Calibration;

/// <summary>Temperature scaling: p^(1/T), normalised; one number that minimises the negative log-likelihood. Never changes which class is most probable.</summary>
/// <remarks>
/// Source: Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", ICML 2017, section 4.2. Logits are log
/// probabilities (clipped at 1e-12); the loss is convex in 1/T and minimised by safeguarded Newton steps, T within [0.001, 1000].
/// </remarks>
public sealed class TemperatureScaling : LogitRecalibrator
{
    private const double LargestInverse = 1000;

    /// <inheritdoc/>
    public override string Name => "temperature scaling";

    /// <inheritdoc/>
    public override LogitMap Fit(Logits logits, ReadOnlySpan<int> labels, CancellationToken cancellation = default) => Learn(logits, labels);

    internal static TemperatureMap Learn(Logits given, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(given);
        LabelledRows.Check(labels, given.Count, given.Classes);
        var logits = given.Values.ToArray();
        var y = labels.ToArray();

        // The slope of the loss in the inverse temperature rises with it: keep a bracket, step by Newton, bisect where that leaves it.
        var (low, high) = (1 / LargestInverse, LargestInverse);
        var inverse = 1.0;
        for (var step = 0; step < 100; step++)
        {
            var (slope, curvature) = Derivatives(logits, y, given.Classes, inverse);
            if (slope > 0)
                high = inverse;
            else
                low = inverse;
            var next = curvature > 0 ? inverse - slope / curvature : double.NaN;
            if (!(next > low && next < high))
                next = Math.Sqrt(low * high);
            var moved = Math.Abs(next - inverse);
            inverse = next;
            if (moved <= 1e-10 * inverse)
                break;
        }
        return new TemperatureMap(1 / inverse);
    }

    // With q = softmax(beta z): the loss's slope in beta is sum_i (E_q[z_i] - z_iy), its curvature sum_i Var_q[z_i].
    private static (double Slope, double Curvature) Derivatives(double[] logits, int[] labels, int classes, double inverse)
    {
        var parts = RowChunks.Map(labels.Length, (start, end) =>
        {
            var (slope, curvature) = (0.0, 0.0);
            for (var i = start; i < end; i++)
            {
                var row = logits.AsSpan(i * classes, classes);
                var top = inverse * TensorPrimitives.Max<double>(row);
                var (mass, first, second) = (0.0, 0.0, 0.0);
                foreach (var z in row)
                {
                    var weight = Math.Exp(inverse * z - top);
                    mass += weight;
                    first += weight * z;
                    second += weight * z * z;
                }
                var mean = first / mass;
                slope += mean - row[labels[i]];
                curvature += Math.Max(0, second / mass - mean * mean);
            }
            return (slope, curvature);
        });
        return (parts.Sum(part => part.slope), parts.Sum(part => part.curvature));
    }
}
