namespace Ballast.Learning.Training.Sampling;

/// <summary>Every class with probability 1/K.</summary>
/// <inheritdoc cref="ClassSampler(int?)"/>
public sealed class ClassBalancedSampler(int? draws = null) : ClassSampler(draws)
{
    /// <inheritdoc/>
    protected override double[] ClassMass(IReadOnlyList<int> counts, int epoch, int epochs) => [.. counts.Select(_ => 1.0)];
}
