using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Subpopulations;

/// <summary>The models worth choosing from: Pareto front, convex hull, and what choosing by majority accuracy alone costs the minority.</summary>
public static class SubpopulationFrontier
{
    private const double OnePoint = 0.01;

    // Accuracies are fractions of whole numbers: areas of true triangles lie far above this.
    private const double Rounding = 1e-13;

    /// <summary>Compares all models, also those near chance.</summary>
    /// <exception cref="ArgumentException">There are no points.</exception>
    public static ModelChoice Of(IReadOnlyList<SubpopulationPoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.Count == 0)
            throw new ArgumentException("There are no models to choose from.", nameof(points));
        (double X, double Y)[] at = [.. points.Select(p => (p.MajorityAccuracy, p.MinorityAccuracy))];
        var best = First(at, p => p.X);
        int[] close = [.. Enumerable.Range(0, at.Length).Where(i => at[i].X >= at[best].X - OnePoint - Rounding)];
        var (lowest, highest) = (close.MinBy(i => at[i].Y), close.MaxBy(i => at[i].Y));
        var upper = Chain([.. Ordered(at).Reverse()], at);
        var edge = Edge(upper, at);
        return new ModelChoice
        {
            BestByMajority = best,
            BestByMinority = First(at, p => p.Y),
            BestByWorstGroup = First(at, p => Math.Min(p.X, p.Y)),
            ParetoFront = [.. Enumerable.Range(0, at.Length).Where(i => !at.Any(q => q.X >= at[i].X && q.Y >= at[i].Y && (q.X > at[i].X || q.Y > at[i].Y)))],
            ConvexHull = [.. Chain(Ordered(at), at).Concat(upper).Distinct().Order()],
            UpperRightEdge = edge,
            BelowEdge = [.. Enumerable.Range(0, at.Length).Where(i => IsBelow(at[i], edge, at))],
            WithinOnePoint = close,
            LowestMinority = BinomialInterval.WilsonEstimate(points[lowest].MinorityCorrect, points[lowest].MinorityTotal),
            HighestMinority = BinomialInterval.WilsonEstimate(points[highest].MinorityCorrect, points[highest].MinorityTotal),
            Regret = at[highest].Y - at[best].Y,
        };
    }

    private static int First((double X, double Y)[] at, Func<(double X, double Y), double> of) => Enumerable.Range(0, at.Length).MaxBy(i => of(at[i]));

    /// <summary>One index a place, by x and then y.</summary>
    private static int[] Ordered((double X, double Y)[] at) =>
        [.. Enumerable.Range(0, at.Length).GroupBy(i => at[i]).Select(group => group.First()).OrderBy(i => at[i].X).ThenBy(i => at[i].Y)];

    /// <summary>Andrew's monotone chain: the hull's vertices on the right of the way through <paramref name="order"/>, both ends included.</summary>
    private static List<int> Chain(IReadOnlyList<int> order, (double X, double Y)[] at)
    {
        var chain = new List<int>();
        foreach (var i in order)
        {
            while (chain.Count > 1 && Cross(at[chain[^2]], at[chain[^1]], at[i]) <= Rounding)
                chain.RemoveAt(chain.Count - 1);
            chain.Add(i);
        }
        return chain;
    }

    /// <summary>The part of the upper chain, which comes from the right, between the best majority and the best minority accuracy, left to right.</summary>
    private static int[] Edge(List<int> upper, (double X, double Y)[] at)
    {
        var top = at.Max(p => p.Y);
        return [.. upper.Take(upper.FindIndex(i => at[i].Y == top) + 1).Reverse()];
    }

    private static bool IsBelow((double X, double Y) p, int[] edge, (double X, double Y)[] at)
    {
        if (p.X < at[edge[0]].X)
            return true;
        for (var e = 1; e < edge.Length; e++)
            if (p.X <= at[edge[e]].X)
                return Cross(at[edge[e - 1]], at[edge[e]], p) < -Rounding;
        // Straight below the best majority accuracy.
        return p.Y < at[edge[^1]].Y;
    }

    private static double Cross((double X, double Y) a, (double X, double Y) b, (double X, double Y) c) => (b.X - a.X) * (c.Y - a.Y) - (b.Y - a.Y) * (c.X - a.X);
}
