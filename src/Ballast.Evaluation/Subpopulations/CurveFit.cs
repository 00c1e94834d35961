using Ballast.Core;

namespace Ballast.Evaluation.Subpopulations;

/// <summary>Fits of minority accuracy z on majority accuracy x, both on the chosen axes.</summary>
public sealed record CurveFit
{
    /// <summary>The line.</summary>
    public required LineFit Linear { get; init; }

    /// <summary>The parabola.</summary>
    public required ParabolaFit Quadratic { get; init; }

    /// <summary>F of the parabola over the line; infinite where the parabola is exact and the line is not, 0 where both are.</summary>
    public required double F { get; init; }

    /// <summary>P(F(1, M - 3) above <see cref="F"/>): for independent models; checkpoints of one run are not.</summary>
    public required double PValue { get; init; }

    /// <summary>Bayesian information criterion of the line less that of the parabola: positive favours the curve.</summary>
    public required double DeltaBic { get; init; }

    /// <summary>Interval of c2, by bootstrap over runs.</summary>
    public required Interval C2Interval { get; init; }

    /// <summary>Two-sided p that c2 is 0, from the shares of signs over the draws; at least 1 over their number.</summary>
    public required double SignPValue { get; init; }

    /// <summary>R2 of the parabola less that of the line, with its interval.</summary>
    public required Estimate DeltaR2 { get; init; }

    /// <summary>How far the minority lies below the straight line on average: positive for a moon.</summary>
    public required Estimate Sag { get; init; }

    /// <summary>x* where the parabola turns; null where c2 is 0.</summary>
    public required double? TurningPoint { get; init; }

    /// <summary>Whether the parabola turns inside the range of x; with c2 above 0, gains of the majority below it cost the minority.</summary>
    public required bool TurnsInside { get; init; }

    /// <summary>dz/dx at the 10%, 50% and 90% quantiles of x.</summary>
    public required IReadOnlyList<double> Slopes { get; init; }

    /// <summary>[Bins] mean of z by bin of x; null in empty bins.</summary>
    public required IReadOnlyList<double?> BinMeans { get; init; }

    /// <summary>[Bins] mean of acc+ - acc- by bin of x, in accuracy whatever the axes; null in empty bins.</summary>
    public required IReadOnlyList<double?> GapByBin { get; init; }

    /// <summary>Share of the variance of z that the bins explain.</summary>
    public required double BinR2 { get; init; }

    /// <summary>Share that the best rising function explains.</summary>
    public required double IsotonicR2 { get; init; }

    /// <summary>Rank correlation of x and z (average ranks); NaN where one is constant.</summary>
    public required double Spearman { get; init; }

    /// <summary>R2 of a line through (share acc+ + (1 - share) acc-, acc-) for shares of the majority from .5 to .95: how an aggregate hides the bend. Identity axes.</summary>
    public required IReadOnlyList<(double Share, double R2)> MixtureR2 { get; init; }
}
