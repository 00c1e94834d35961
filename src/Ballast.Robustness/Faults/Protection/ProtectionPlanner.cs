using Ballast.Core;

namespace Ballast.Robustness.Faults.Protection;

/// <summary>Finds the cheapest protection: a multiple-choice knapsack, solved exactly by merging Pareto fronts block by block.</summary>
/// <remarks>Every kept (cost, FIT) meets every option of the next block; those that another one beats in both are dropped. Above 200,000 points costs are rounded up to a grid of a millionth of the area.</remarks>
public sealed class ProtectionPlanner
{
    private const int MostPoints = 200_000;

    private readonly IReadOnlyList<ProtectedBlock> blocks;
    private readonly double area;

    /// <summary>Plans for these blocks; all plans at once.</summary>
    /// <exception cref="ArgumentException">There are no blocks, a block has no options, or a number is out of range.</exception>
    public ProtectionPlanner(IReadOnlyList<ProtectedBlock> blocks, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        if (blocks.Count == 0 || blocks.FirstOrDefault(block => block.Options.Count == 0) is not null)
            throw new ArgumentException("There are no blocks, or a block has no options.", nameof(blocks));
        foreach (var block in blocks)
        {
            Guard.NotNegative(block.Area);
            Guard.NotNegative(block.Fit);
            foreach (var option in block.Options)
            {
                Guard.NotNegative(option.Cost);
                Guard.InRange(option.Residual, 0, 1);
            }
        }
        this.blocks = blocks;
        area = blocks.Sum(block => block.Area);
        List<Point> front = [new(0, 0, null, 0)];
        foreach (var block in blocks)
        {
            cancellation.ThrowIfCancellationRequested();
            front = Merge(front, block);
        }
        Front = [.. front.Select(point => PlanOf(point))];
    }

    /// <summary>Every plan that no other beats in both, cheapest first.</summary>
    public IReadOnlyList<ProtectionPlan> Front { get; }

    /// <summary>Whether costs had to be rounded up to a millionth of the area.</summary>
    public bool IsRounded { get; private set; }

    /// <summary>The cheapest plan that leaves at most so many failures in 10^9 hours.</summary>
    /// <returns>With <see cref="ProtectionPlan.Feasible"/> false where no plan does: the one that leaves least.</returns>
    public ProtectionPlan Cheapest(double fitTarget)
    {
        Guard.NotNegative(fitTarget);
        return Front.FirstOrDefault(plan => plan.Fit <= fitTarget) ?? Front[^1] with { Feasible = false };
    }

    /// <summary>The plan that leaves least within an area.</summary>
    public ProtectionPlan Best(double budget)
    {
        Guard.NotNegative(budget);
        return Front.LastOrDefault(plan => plan.Cost <= budget) ?? Front[0] with { Feasible = false };
    }

    /// <summary>For comparison: the option with the best fall of FIT per cost, again and again, until the target is met.</summary>
    public ProtectionPlan Greedy(double fitTarget)
    {
        var choice = blocks.Select(block => block.Options.MinBy(option => option.Cost)!).ToArray();
        while (Sum((block, option) => block.Fit * option.Residual) > fitTarget)
        {
            var best = Enumerable.Range(0, blocks.Count)
                .SelectMany(i => blocks[i].Options.Where(option => option.Residual < choice[i].Residual).Select(option => (i, option, gain: Gain(i, option))))
                .OrderByDescending(step => step.gain).FirstOrDefault();
            if (best.option is null)
                break;
            choice[best.i] = best.option;
        }
        var (cost, fit) = (Sum((_, option) => option.Cost), Sum((block, option) => block.Fit * option.Residual));
        return new ProtectionPlan(cost, fit, [.. choice.Select(option => option.Name)], cost / area, fit <= fitTarget);

        double Sum(Func<ProtectedBlock, BlockOption, double> of) => blocks.Zip(choice, of).Sum();
        double Gain(int i, BlockOption option)
        {
            var cost = option.Cost - choice[i].Cost;
            return cost <= 0 ? double.PositiveInfinity : blocks[i].Fit * (choice[i].Residual - option.Residual) / cost;
        }
    }

    private List<Point> Merge(List<Point> front, ProtectedBlock block)
    {
        var merged = Falling(front.SelectMany(point => block.Options.Select((option, i) => new Point(point.Cost + option.Cost, point.Fit + block.Fit * option.Residual, point, i))));
        if (merged.Count <= MostPoints)
            return merged;
        IsRounded = true;
        var grid = area * 1e-6;
        return Falling(merged.Select(point => point with { Cost = Math.Ceiling(point.Cost / grid) * grid }));
    }

    private static List<Point> Falling(IEnumerable<Point> points)
    {
        var kept = new List<Point>();
        foreach (var point in points.OrderBy(point => point.Cost).ThenBy(point => point.Fit))
            if (kept.Count == 0 || point.Fit < kept[^1].Fit)
                kept.Add(point);
        return kept;
    }

    private ProtectionPlan PlanOf(Point last)
    {
        var choice = new string[blocks.Count];
        var (point, i) = (last, blocks.Count);
        while (point.Before is not null)
        {
            choice[--i] = blocks[i].Options[point.Option].Name;
            point = point.Before;
        }
        return new ProtectionPlan(last.Cost, last.Fit, choice, last.Cost / area);
    }

    private sealed record Point(double Cost, double Fit, Point? Before, int Option);
}
