namespace Ballast.Learning.Training.Sampling;

/// <summary>Every class with probability 1/K.</summary>
/// <inheritdoc cref="ClassSampler(int?)"/>
public sealed record ClassBalancedSampler(int? Draws = null) : ClassSampler(Draws)
{
    /// <inheritdoc/>
    protected override double[] ClassMass(IReadOnlyList<int> counts, int epoch, int epochs) => [.. counts.Select(_ => 1.0)];
}
