using Ballast.Core;

namespace Ballast.Evaluation.Fairness;

/// <summary>The best accuracy that is left when the disparity over all clients and inside clients is limited (AGLFOP).</summary>
/// <remarks>
/// Source: Hamman and Dutta, ICLR 2024. Minimises the error over P(Yh | z, s, y) subject to I(Z;Yh) &lt;= eps_g and I(Z;Yh|S) &lt;= eps_l, both in bits: convex, solved by
/// <see cref="FrontierProblem"/>. For <see cref="FrontierKind.AnyPredictor"/> the figure is a limit, not a model: without limits it is 1.
/// </remarks>
public static class FairnessFrontier
{
    /// <summary>Smaller limits are treated as this many bits.</summary>
    public const double SmallestLimit = 1e-6;

    /// <summary>Solves for one pair of limits.</summary>
    /// <param name="joint">Group, client, label; for <see cref="FrontierKind.PostProcessing"/> the predictions too.</param>
    /// <param name="globalLimit">eps_g in bits, at least 0.</param>
    /// <param name="localLimit">eps_l in bits, at least 0.</param>
    /// <param name="kind">What may be chosen.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">The table holds no labels, or no predictions where they are processed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A limit is negative or NaN.</exception>
    public static FrontierPoint Solve(
        JointDistribution joint, double globalLimit, double localLimit, FrontierKind kind = FrontierKind.AnyPredictor, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(joint);
        Guard.NotNegative(globalLimit);
        Guard.NotNegative(localLimit);
        if (joint.Labels < 2)
            throw new ArgumentException("The frontier needs labels: the table holds none, or one class only.", nameof(joint));
        if (kind == FrontierKind.PostProcessing && joint.Predictions < 2)
            throw new ArgumentException("Post-processing needs the predictions that are processed: the table holds none, or one value only.", nameof(joint));
        var problem = new FrontierProblem(joint, kind);
        var rates = problem.Minimise(Math.Max(globalLimit, SmallestLimit), Math.Max(localLimit, SmallestLimit), cancellation);
        var optimum = problem.Joint(rates);
        return new FrontierPoint(
            globalLimit, localLimit, 1 - problem.Error(rates), optimum, DisparityDecomposition.Compute(optimum),
            globalLimit < SmallestLimit || localLimit < SmallestLimit ? $"Limits below {SmallestLimit} bits were treated as {SmallestLimit}." : null);
    }

    /// <summary>Solves for every pair of limits, rows by global limit.</summary>
    /// <inheritdoc cref="Solve" path="/exception"/>
    public static IReadOnlyList<FrontierPoint> Grid(
        JointDistribution joint, IReadOnlyList<double> globalLimits, IReadOnlyList<double> localLimits, FrontierKind kind = FrontierKind.AnyPredictor, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(globalLimits);
        ArgumentNullException.ThrowIfNull(localLimits);
        var points = new FrontierPoint[globalLimits.Count * localLimits.Count];
        Parallel.For(0, points.Length, new ParallelOptions { CancellationToken = cancellation }, i =>
            points[i] = Solve(joint, globalLimits[i / localLimits.Count], localLimits[i % localLimits.Count], kind, cancellation));
        return points;
    }
}
