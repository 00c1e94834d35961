namespace Ballast.Learning.Training.Sampling;

/// <summary>From the classes' own shares to equal ones: (1 - t/T) n_k/N + (t/T)/K in epoch t = 0..T-1.</summary>
/// <remarks>Source: Kang et al., "Decoupling representation and classifier for long-tailed recognition", ICLR 2020, eq. 2. K counts the classes that have samples.</remarks>
/// <inheritdoc cref="ClassSampler(int?)"/>
public sealed record ProgressivelyBalancedSampler(int? Draws = null) : ClassSampler(Draws)
{
    /// <inheritdoc/>
    protected override double[] ClassMass(IReadOnlyList<int> counts, int epoch, int epochs)
    {
        double done = (double)epoch / epochs, total = counts.Sum(), present = counts.Count(n => n > 0);
        return [.. counts.Select(n => (1 - done) * n / total + done / present)];
    }
}
