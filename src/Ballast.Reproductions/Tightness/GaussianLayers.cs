using Ballast.Learning.Networks;
using Ballast.Robustness.Tightness;
using static TorchSharp.torch;

namespace Ballast.Reproductions.Tightness;

/// <summary>Radii of random linear networks, drawn.</summary>
internal static class GaussianLayers
{
    /// <summary>Mean optimal over mean layer-wise radius of L Gaussian d × d matrices on a box of half-width 1.</summary>
    public static double Ratio(int width, int layers, int draws, int seed, CancellationToken cancellation)
    {
        var weights = new Initialization(seed, $"{layers} gaussian layers of {width}");
        var (optimal, layerwise) = (0.0, 0.0);
        for (var draw = 0; draw < draws; draw++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (product, absolute) = ((Tensor?)null, ones([width, 1], float64));
            for (var layer = 0; layer < layers; layer++)
            {
                var matrix = weights.Normal([width, width], 1).to(float64);
                product = product is null ? matrix : matrix.matmul(product);
                absolute = matrix.abs().matmul(absolute);
            }
            optimal += product!.abs().sum().item<double>();
            layerwise += absolute.sum().item<double>();
        }
        return optimal / layerwise;
    }

    /// <summary>Mean radius behind U U^T on a box of half-width 1, layer by layer and at best, U [d, k] with random orthonormal columns.</summary>
    public static (double Layerwise, double Optimal) Embedding(int width, int bottleneck, int seed)
    {
        using var scope = NewDisposeScope();
        var (u, _) = linalg.qr(new Initialization(seed, "embedding").Normal([width, bottleneck], 1).to(float64));
        return (u.abs().matmul(u.t().abs().sum(1)).mean().item<double>(), u.matmul(u.t()).abs().sum(1).mean().item<double>());
    }

    /// <summary>The forecast ratio of L layers of one width.</summary>
    public static double Forecast(int width, int layers) => InitialTightness.Of([.. Enumerable.Repeat(width, layers - 1)]);
}
