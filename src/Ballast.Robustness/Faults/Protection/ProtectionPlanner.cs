using Ballast.Core;

namespace Ballast.Robustness.Faults.Protection;

/// <summary>Finds the cheapest protection: a multiple-choice knapsack, solved exactly by merging Pareto fronts block by block.</summary>
/// <remarks>
/// Every kept (cost, FIT) meets every option of the next block; those that another one beats in both are dropped. Of a front of more than
/// 200,000 points every second one is dropped: hundreds of blocks then take seconds, and the cheapest plan may be missed by the distance of neighbours.
/// </remarks>
public sealed class ProtectionPlanner
{
    private const int MostPoints = 200_000;

    private readonly IReadOnlyList<ProtectedBlock> blocks;
    private readonly double area;
    private readonly List<(int[] Before, byte[] Option)> steps = [];
    private double[] costs = [0];
    private double[] fits = [0];

    /// <summary>Plans for these blocks; all plans at once.</summary>
    /// <exception cref="ArgumentException">There are no blocks, a block has no options, or a number is out of range.</exception>
    public ProtectionPlanner(IReadOnlyList<ProtectedBlock> blocks, CancellationToken cancellation = default) : this(blocks, MostPoints, cancellation)
    {
    }

    internal ProtectionPlanner(IReadOnlyList<ProtectedBlock> blocks, int most, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        if (blocks.Count == 0 || blocks.FirstOrDefault(block => block.Options.Count == 0) is not null)
            throw new ArgumentException("There are no blocks, or a block has no options.", nameof(blocks));
        foreach (var block in blocks)
        {
            Guard.InRange(block.Options.Count, 1, byte.MaxValue);
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
        foreach (var block in blocks)
        {
            cancellation.ThrowIfCancellationRequested();
            Merge(block, most);
        }
        Front = new Plans(this);
    }

    /// <summary>Every plan that no other beats in both, cheapest first.</summary>
    public IReadOnlyList<ProtectionPlan> Front { get; }

    /// <summary>Whether the front was so long that plans had to be dropped: the cheapest may be missed by little.</summary>
    public bool IsThinned { get; private set; }

    /// <summary>The cheapest plan that leaves at most so many failures in 10^9 hours.</summary>
    /// <returns>With <see cref="ProtectionPlan.Feasible"/> false where no plan does: the one that leaves least.</returns>
    public ProtectionPlan Cheapest(double fitTarget)
    {
        Guard.NotNegative(fitTarget);
        var first = Array.FindIndex(fits, fit => fit <= fitTarget);
        return first < 0 ? Front[^1] with { Feasible = false } : Front[first];
    }

    /// <summary>The plan that leaves least within an area.</summary>
    public ProtectionPlan Best(double budget)
    {
        Guard.NotNegative(budget);
        var last = Array.FindLastIndex(costs, cost => cost <= budget);
        return last < 0 ? Front[0] with { Feasible = false } : Front[last];
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

    private void Merge(ProtectedBlock block, int most)
    {
        var merged = Falling(block);
        while (merged.Count > most)
        {
            IsThinned = true;
            // The first does nothing and the last leaves least: both stay.
            var last = merged.Count - 1;
            merged = [.. merged.Where((_, i) => i % 2 == 0 || i == last)];
        }
        (costs, fits) = ([.. merged.Select(point => point.Cost)], [.. merged.Select(point => point.Fit)]);
        steps.Add(([.. merged.Select(point => point.Before)], [.. merged.Select(point => point.Option)]));
    }

    // The points of the front under one option stand in order of cost, so that a front under all options is a merge of sorted lists.
    private List<Point> Falling(ProtectedBlock block)
    {
        var kept = new List<Point>(costs.Length);
        var heads = block.Options.Select((_, i) => At(i, 0)).ToArray();
        while (true)
        {
            var best = heads[0];
            foreach (var head in heads)
                if (head.Cost < best.Cost || (head.Cost == best.Cost && head.Fit < best.Fit))
                    best = head;
            if (best.Before < 0)
                return kept;
            heads[best.Option] = At(best.Option, best.Before + 1);
            if (kept.Count == 0 || best.Fit < kept[^1].Fit)
                kept.Add(best);
        }

        Point At(int option, int from)
        {
            if (from == costs.Length)
                return new Point(double.PositiveInfinity, double.PositiveInfinity, -1, (byte)option);
            return new Point(costs[from] + block.Options[option].Cost, fits[from] + block.Fit * block.Options[option].Residual, from, (byte)option);
        }
    }

    private ProtectionPlan PlanOf(int point)
    {
        var choice = new string[blocks.Count];
        var at = point;
        for (var i = blocks.Count - 1; i >= 0; i--)
        {
            choice[i] = blocks[i].Options[steps[i].Option[at]].Name;
            at = steps[i].Before[at];
        }
        return new ProtectionPlan(costs[point], fits[point], choice, costs[point] / area);
    }

    private readonly record struct Point(double Cost, double Fit, int Before, byte Option);

    // Plans of a long front are put together when they are looked at.
    private sealed class Plans(ProtectionPlanner planner) : IReadOnlyList<ProtectionPlan>
    {
        private readonly ProtectionPlan?[] made = new ProtectionPlan?[planner.costs.Length];

        public int Count => made.Length;

        public ProtectionPlan this[int index] => made[index] ??= planner.PlanOf(index);

        public IEnumerator<ProtectionPlan> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
