namespace Ballast.Learning.Training.Sampling;

/// <summary>Class k with probability proportional to the square root of its count.</summary>
/// <inheritdoc cref="ClassSampler(int?)"/>
public sealed record SquareRootSampler(int? Draws = null) : ClassSampler(Draws)
{
    /// <inheritdoc/>
    protected override double[] ClassMass(IReadOnlyList<int> counts, int epoch, int epochs) => [.. counts.Select(n => Math.Sqrt(n))];
}
