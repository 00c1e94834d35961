using Ballast.Core;

namespace Ballast.Robustness.Tightness;

/// <summary>Tightness of linear networks with i.i.d. zero-mean Gaussian weights.</summary>
/// <remarks>Source: Mao et al. (ICLR 2024), theorems 3.5 and 3.6; the ratio of mean radii is exact.</remarks>
public static class InitialTightness
{
    // From here on the series is more exact than a difference of logarithms.
    private const int Wide = 60;

    /// <summary>Two layers of hidden width w: √π Γ((w+1)/2) / (w Γ(w/2)), about √(π / 2w).</summary>
    /// <param name="width">w, at least 1.</param>
    public static double Of(int width)
    {
        double w = Guard.Positive(width);
        return Math.Sqrt(Math.PI) * RatioOfGammas(w / 2) / w;
    }

    /// <summary>Ratio of the mean optimal radius to the mean layer-wise radius for layers with these hidden widths: the product of theirs.</summary>
    /// <param name="widths">Widths between the layers; none for one layer, whose intervals are exact.</param>
    public static double Of(IReadOnlyList<int> widths)
    {
        ArgumentNullException.ThrowIfNull(widths);
        return widths.Aggregate(1.0, (product, width) => product * Of(width));
    }

    /// <summary>Widening of a box through U U^T, U [d, k] with random orthonormal columns: layer by layer 2k/π, at best √(2k/π).</summary>
    /// <param name="bottleneck">k, at least 1.</param>
    public static (double Layerwise, double Optimal) EmbeddingGrowth(int bottleneck)
    {
        double k = Guard.Positive(bottleneck);
        return (2 * k / Math.PI, Math.Sqrt(2 * k / Math.PI));
    }

    // Γ(x + 1/2) / Γ(x), by recurrence from large x, where its series converges fast.
    private static double RatioOfGammas(double x)
    {
        var factor = 1.0;
        for (; x < Wide; x++)
            factor *= x / (x + 0.5);
        var inverse = 1 / x;
        var series = 1 + inverse * (-1.0 / 8 + inverse * (1.0 / 128 + inverse * (5.0 / 1024 + inverse * (-21.0 / 32768 + inverse * (-399.0 / 262144 + inverse * (869.0 / 4194304))))));
        return factor * Math.Sqrt(x) * series;
    }
}
