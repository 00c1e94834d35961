namespace Ballast.Learning.Objectives.CompSum;

/// <summary>What speaks for and against one tau on one task.</summary>
/// <param name="Tau">The member of the family.</param>
/// <param name="ClassFactor">n^(tau-1), by which the bound grows with the number of classes; bad as tau nears 2 with many classes. 1 for tau of at most 1.</param>
/// <param name="SurrogateExcess">R_tau(h) - E[C*_tau] of the model.</param>
/// <param name="GapUpper">The minimizability gap at most; with nearly certain labels worst for small tau.</param>
/// <param name="Bound">Gamma_tau of the surrogate excess: the 0-1 excess is at most this. In [0, 1].</param>
public sealed record TauChoice(double Tau, double ClassFactor, double SurrogateExcess, double GapUpper, double Bound)
{
    /// <summary>Compares members of the family by a model's risk under each.</summary>
    /// <param name="classes">The true number of classes n, at least 2.</param>
    /// <param name="bestSumExponentialRisk">Best sum-exponential risk R_0* found over the models at hand, at least 0.</param>
    /// <param name="risks">For each tau the model's mean loss R_tau(h) and the mean best conditional risk E[C*_tau].</param>
    /// <returns>One a tau, in the order given.</returns>
    /// <exception cref="ArgumentException">An argument lies outside its range.</exception>
    public static IReadOnlyList<TauChoice> Compare(int classes, double bestSumExponentialRisk, IEnumerable<(double Tau, double Risk, double MeanBestRisk)> risks)
    {
        CompSumTransform.CheckClasses(classes);
        ArgumentNullException.ThrowIfNull(risks);
        return [.. risks.Select(risk =>
        {
            var excess = Math.Max(risk.Risk - risk.MeanBestRisk, 0);
            var gap = Math.Max(MinimizabilityGap.UpperBound(risk.Tau, bestSumExponentialRisk, risk.MeanBestRisk), 0);
            return new TauChoice(risk.Tau, Math.Pow(classes, Math.Max(risk.Tau - 1, 0)), excess, gap, ConsistencyBound.Gamma(risk.Tau, classes, excess));
        })];
    }
}
