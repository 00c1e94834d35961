using Ballast.Core;

namespace Ballast.Generalization.RandomFeatures;

/// <summary>Where the frozen weights (a, b) of random units come from.</summary>
/// <param name="Kind">The distribution.</param>
/// <param name="Range">lambda, above 0, in units of 1 / x: the half-width of the cube, the radius of the ball, or sqrt(d) times the standard deviation. In d dimensions |a| grows like lambda sqrt(d / 3) in a cube.</param>
/// <param name="BiasRange">rho: biases are uniform on [-rho, rho]; null for lambda. Not used by <see cref="DomainKind.Centred"/>.</param>
public sealed record WeightDomain(DomainKind Kind, double Range, double? BiasRange = null)
{
    /// <summary>lambda.</summary>
    public double Range { get; init; } = Guard.Positive(Range);

    /// <summary>Every unit's transition lies inside the data: the good default.</summary>
    public static WeightDomain Centred(double range) => new(DomainKind.Centred, range);

    /// <summary>a uniform on [-lambda, lambda]^d, b on [-rho, rho].</summary>
    public static WeightDomain Box(double range, double? biasRange = null) => new(DomainKind.Box, range, biasRange);

    /// <summary>a uniform in the ball of radius lambda, b on [-rho, rho].</summary>
    public static WeightDomain Ball(double range, double? biasRange = null) => new(DomainKind.Ball, range, biasRange);

    /// <summary>a ~ N(0, lambda^2 / d I), b uniform on [-rho, rho].</summary>
    public static WeightDomain Gaussian(double range, double? biasRange = null) => new(DomainKind.Gaussian, range, biasRange);

    /// <summary>Draws one unit.</summary>
    /// <param name="random">The unit's own stream.</param>
    /// <param name="low">Least value of each column.</param>
    /// <param name="high">Greatest value of each column.</param>
    /// <param name="weights">Receives a, [d].</param>
    /// <returns>b.</returns>
    internal double Draw(RandomStream random, ReadOnlySpan<double> low, ReadOnlySpan<double> high, Span<double> weights)
    {
        var squares = 0.0;
        foreach (ref var weight in weights)
        {
            weight = Kind is DomainKind.Box or DomainKind.Centred ? 2 * random.NextDouble() - 1 : random.NextGaussian();
            squares += weight * weight;
        }
        var scale = Kind switch
        {
            DomainKind.Ball => Range * Math.Pow(random.NextDouble(), 1.0 / weights.Length) / Math.Sqrt(squares),
            DomainKind.Gaussian => Range / Math.Sqrt(weights.Length),
            _ => Range,
        };
        foreach (ref var weight in weights)
            weight *= scale;
        if (Kind != DomainKind.Centred)
            return (2 * random.NextDouble() - 1) * (BiasRange ?? Range);
        var bias = 0.0;
        for (var j = 0; j < weights.Length; j++)
            bias += weights[j] * (low[j] + (high[j] - low[j]) * random.NextDouble());
        return bias;
    }
}
