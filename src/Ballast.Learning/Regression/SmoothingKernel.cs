using Ballast.Core;

namespace Ballast.Learning.Regression;

/// <summary>A symmetric kernel of odd size over label bins, largest weight 1.</summary>
/// <remarks>Source: Yang et al., ICML 2021, in the form of its published filters.</remarks>
public sealed class SmoothingKernel
{
    private readonly double[] weights;

    /// <summary>Makes the kernel.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="size">Its size, odd, at least 1.</param>
    /// <param name="sigma">Its width in bins, greater than 0.</param>
    /// <exception cref="ArgumentException">The size is even or below 1, or sigma is not positive.</exception>
    public SmoothingKernel(KernelShape shape = KernelShape.Gaussian, int size = 5, double sigma = 2)
    {
        if (size < 1 || size % 2 == 0)
            throw new ArgumentException($"A kernel's size must be odd and at least 1; {size} is not.", nameof(size));
        Guard.Positive(sigma);
        Half = size / 2;
        var half = Half;
        weights = shape switch
        {
            KernelShape.Gaussian => FilteredDelta(size, sigma),
            KernelShape.Triangular => Weights(size, x => 1 - Math.Abs(x) / (half + 1.0)),
            KernelShape.Laplace => Weights(size, x => Math.Exp(-Math.Abs(x) / sigma)),
            _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "There is no such kernel."),
        };
        var largest = weights.Max();
        for (var i = 0; i < size; i++)
            weights[i] /= largest;
    }

    /// <summary>h: bins on each side.</summary>
    public int Half { get; }

    /// <summary>The 2h+1 weights, largest 1.</summary>
    public IReadOnlyList<double> Values => weights;

    /// <summary>Weight of the bin <paramref name="offset"/> away, -h..h.</summary>
    internal double this[int offset] => weights[Half + offset];

    /// <summary>The weights.</summary>
    public override string ToString() => $"kernel {string.Join(", ", weights)}";

    private static double[] Weights(int size, Func<int, double> weight) => [.. Enumerable.Range(-(size / 2), size).Select(weight)];

    /// <summary>The middle delta of a vector filtered by g_j = exp(-j^2 / (2 sigma^2)), |j| up to 4 sigma, the vector mirrored at its ends (.. b a | a b .. y z | z y ..) as often as needed.</summary>
    private static double[] FilteredDelta(int size, double sigma)
    {
        var radius = (int)Math.Floor(4 * sigma + 0.5);
        var (filtered, middle) = (new double[size], size / 2);
        for (var i = 0; i < size; i++)
            for (var j = -radius; j <= radius; j++)
            {
                var place = ((i + j) % (2 * size) + 2 * size) % (2 * size);
                if ((place < size ? place : 2 * size - 1 - place) == middle)
                    filtered[i] += Math.Exp(-(double)j * j / (2 * sigma * sigma));
            }
        return filtered;
    }
}
