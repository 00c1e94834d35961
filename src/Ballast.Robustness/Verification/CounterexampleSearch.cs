using Ballast.Core;
using Ballast.Robustness.Bounds;
using static TorchSharp.torch;

namespace Ballast.Robustness.Verification;

/// <summary>Projected gradient descent towards unsafe outputs: for each disjunct, from the centre of the box and from random points, sign steps that lower Σ max(0, c · y − d).</summary>
/// <remarks>Steps are in units of each coordinate's half-width, from 0.2 falling linearly to 0. Source: Madry et al. (ICLR 2018), with the loss of one conjunction of half-spaces.</remarks>
/// <param name="network">The network.</param>
/// <param name="judge">Decides.</param>
/// <param name="seed">Decides the random starts.</param>
internal sealed class CounterexampleSearch(BoundedNetwork network, CounterexampleJudge judge, int seed)
{
    private const double FirstStep = 0.2;

    // A little beyond the limit, so that rounding to single precision does not undo what was found.
    private const double Beyond = 1e-5;
    private const int MaxDisjuncts = 32;

    /// <summary>A counterexample, or null when none was found.</summary>
    /// <param name="query">What to look for.</param>
    /// <param name="starts">Starts for each disjunct, at least 1; the first is the centre in round 0.</param>
    /// <param name="steps">Steps from each.</param>
    /// <param name="round">Other rounds have other starts.</param>
    /// <param name="open">The disjuncts that are not excluded yet; null for all.</param>
    /// <param name="cancellation">Stops between steps.</param>
    public Counterexample? Run(RegionQuery query, int starts, int steps, int round, IReadOnlyList<int>? open, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var (lower, upper) = (tensor(query.Region.Lower.ToArray()), tensor(query.Region.Upper.ToArray()));
        var (center, half) = ((lower + upper) / 2, (upper - lower) / 2);
        var groups = Nearest(query, open ?? [.. Enumerable.Range(0, query.Groups.Count)], center);
        var points = center + half * Starts(groups.Length * starts, (int)center.shape[0], round);
        return Descend(query, points, [.. groups.SelectMany(group => Enumerable.Repeat(group, starts))], steps, cancellation);
    }

    /// <summary>A counterexample that steps from given points lead to, or null when none was found.</summary>
    /// <param name="query">What to look for.</param>
    /// <param name="points">[B, inputs]: where to begin.</param>
    /// <param name="groups">The disjunct to go for from each point.</param>
    /// <param name="steps">Steps from each.</param>
    /// <param name="cancellation">Stops between steps.</param>
    public Counterexample? Descend(RegionQuery query, Tensor points, int[] groups, int steps, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var (lower, upper) = (tensor(query.Region.Lower.ToArray()), tensor(query.Region.Upper.ToArray()));
        var half = (upper - lower) / 2;
        var point = points.clone();
        var wanted = Mask(query, groups); // [B, R]
        for (var step = 0; step <= steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var leaf = point.detach().requires_grad_();
            var margins = query.Margins(network.Forward(leaf.reshape([leaf.shape[0], .. network.InputShape])));
            if (Judged(query, margins, leaf) is { } found)
                return found;
            if (step == steps)
                break;
            var loss = ((margins + Beyond).clamp_min(0) * wanted).sum();
            var gradient = autograd.grad([loss], [leaf], allow_unused: true)[0];
            if (gradient is null)
                break;
            using var frozen = no_grad();
            var moved = leaf - gradient.sign() * half * (FirstStep * (steps - step) / steps);
            var before = point;
            point = minimum(maximum(moved, lower), upper).MoveToOuterDisposeScope();
            before.Dispose();
        }
        return null;
    }

    private Counterexample? Judged(RegionQuery query, Tensor margins, Tensor points)
    {
        var values = margins.detach().contiguous().data<double>().ToArray();
        var count = (int)query.Limits.shape[0];
        for (var i = 0; i < points.shape[0]; i++)
            if (query.IsUnsafe(values.AsSpan(i * count, count)) && judge.Judge(query, points[i].detach().contiguous().data<double>().ToArray()) is { } found)
                return found;
        return null;
    }

    // The disjuncts that the centre comes closest to.
    private int[] Nearest(RegionQuery query, IReadOnlyList<int> open, Tensor center)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var margins = query.Margins(network.Forward(center.reshape([1, .. network.InputShape]))).data<double>().ToArray();
        return [.. open.OrderBy(group => query.Groups[group].Sum(row => Math.Max(0, margins[row]))).Take(MaxDisjuncts)];
    }

    private static Tensor Mask(RegionQuery query, int[] groups)
    {
        var count = (int)query.Limits.shape[0];
        var mask = new double[groups.Length * count];
        for (var i = 0; i < groups.Length; i++)
            foreach (var row in query.Groups[groups[i]])
                mask[i * count + row] = 1;
        return tensor(mask).reshape(groups.Length, count);
    }

    private Tensor Starts(int count, int width, int round)
    {
        var values = new double[count * width];
        var random = RandomStream.For(seed, "attack", round);
        for (var i = 0; i < values.Length; i++)
            values[i] = 2 * random.NextDouble() - 1;
        if (round == 0)
            values.AsSpan(0, width).Clear();
        return tensor(values).reshape(count, width);
    }
}
