using Ballast.Core;
using Ballast.Learning.Adversarial;
using Ballast.Robustness.Disparity;
using MathNet.Numerics.Distributions;

namespace Ballast.Reproductions.Disparity;

/// <summary>Part 1: exact robust logistic regression on rows of two Gaussians in 100 dimensions, judged in closed form.</summary>
internal static class LinearDraws
{
    public const int Width = 100;

    private const int Rows = 4000;

    /// <summary>μ_j = 0.25 Φ⁻¹(½ + (j - ½)/200).</summary>
    public static double[] Mean { get; } = [.. Enumerable.Range(1, Width).Select(j => 0.25 * Normal.InvCDF(0, 1, 0.5 + (j - 0.5) / 200))];

    public static double[,] Identity
    {
        get
        {
            var identity = new double[Width, Width];
            for (var j = 0; j < Width; j++)
                identity[j, j] = 1;
            return identity;
        }
    }

    /// <summary>Standard accuracies of the frequent and the rare class, one draw of rows for all ratios and radii.</summary>
    public static Dictionary<(double Ratio, double Epsilon), (double Frequent, double Rare)> Train(int seed, IReadOnlyList<double> ratios, IReadOnlyList<double> epsilons, CancellationToken cancellation)
    {
        var random = RandomStream.For(seed, "disparity rows");
        var x = new float[2 * Rows * Width];
        for (var i = 0; i < x.Length; i++)
            x[i] = (float)((i / Width < Rows ? 1 : -1) * Mean[i % Width] + random.NextGaussian());
        var found = new Dictionary<(double, double), (double, double)>();
        foreach (var ratio in ratios)
        {
            var rare = (int)(Rows / ratio);
            var y = Enumerable.Repeat(1, Rows).Concat(Enumerable.Repeat(-1, rare)).ToArray();
            foreach (var epsilon in epsilons)
            {
                var model = new RobustLogisticRegression(PerturbationNorm.LInfinity, epsilon).Fit(x.AsMemory(0, y.Length * Width), Width, y, cancellation);
                var (along, length) = (model.W.Zip(Mean, (w, m) => w * m).Sum(), Math.Sqrt(model.W.Sum(w => w * w)));
                found[(ratio, epsilon)] = (Normal.CDF(0, 1, (along + model.B) / length), Normal.CDF(0, 1, (along - model.B) / length));
            }
        }
        return found;
    }
}
