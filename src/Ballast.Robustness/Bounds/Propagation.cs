using Ballast.Robustness.Bounds.Steps;
using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds;

/// <summary>Finds bounds of every step: intervals forwards, tightened by backward passes where the method says so.</summary>
/// <param name="network">The network.</param>
/// <param name="options">How.</param>
internal sealed class Propagation(BoundedNetwork network, BoundOptions options)
{
    // Rows go back in groups whose coefficients stay in a core's cache; images make single rows as large as that.
    private const long GroupElements = 1 << 18;
    private const int LeastGroup = 32;

    /// <summary>Bounds every step. Tensors belong to the caller's scope.</summary>
    /// <param name="box">The boxes, of the network's element type.</param>
    /// <param name="known">Bounds of steps' results that are known already, such as those of a box around.</param>
    /// <param name="cancellation">Stops between groups of rows.</param>
    public BoundState Run(InputBox box, IReadOnlyDictionary<int, NodeBounds>? known = null, CancellationToken cancellation = default)
    {
        var state = new BoundState(network, box.Count, options.Soundness);
        var isProof = options.Soundness == Soundness.RealArithmetic;
        state.Bounds[0] = new NodeBounds(box.Lower, box.Upper, isProof ? NodeBounds.Greatest(box.Lower, box.Upper) : null);
        // Ends are needed again and again where single neurons are tightened; else an interval's middle and reach go from step to step as they come.
        var keepsEnds = isProof || options.Method == BoundMethod.Crown;
        if (!isProof)
            state.Fold();
        // Without intersection intervals come from intervals alone, whatever backward passes found.
        var intervals = options.Intersection == Intersection.None ? (NodeBounds?[])state.Bounds.Clone() : state.Bounds;
        for (var i = 1; i < network.Steps.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!isProof && network.IsFolded(i))
                continue;
            using var scope = NewDisposeScope();
            var step = state.FoldedAt(i) ?? network.Steps[i];
            if (options.Method != BoundMethod.Ibp && (keepsEnds || step is not ReluStep { NegativeSlope: 0 }))
                state.Relax(i);
            var sources = step is ActivationStep or MaxPoolStep ? state.Bounds : intervals;
            var bounds = step.Interval([.. step.Inputs.Select(input => sources[input]!)], options.Soundness);
            if (keepsEnds)
                bounds = bounds.ByEnds();
            if (known is not null && known.TryGetValue(i, out var before))
                bounds = new NodeBounds(maximum(bounds.Lower, before.Lower), minimum(bounds.Upper, before.Upper), bounds.Size);
            state.Bounds[i] = intervals[i] = bounds;
            if (options.Method == BoundMethod.Crown && network.IsRelaxed(i) && step is not ActivationStep && network.FollowsNonlinear(i))
                state.Bounds[i] = Tighten(state, i, cancellation);
            intervals[i]!.MoveToOuter(scope);
            state.MoveToOuter(i, scope);
        }
        return state;
    }

    private NodeBounds Tighten(BoundState state, int place, CancellationToken cancellation)
    {
        var bounds = state.Bounds[place]!;
        var (lower, upper) = (bounds.Lower.reshape(-1), bounds.Upper.reshape(-1));
        var size = network.Steps[place].Size;
        using var neurons = network.IsPiecewiseLinearAfter(place)
            ? lower.ge(0).logical_or(upper.le(0)).logical_not().nonzero().reshape(-1)
            : arange(lower.shape[0], int64, lower.device);
        if (neurons.shape[0] == 0)
            return bounds;
        var group = Math.Max(LeastGroup, GroupElements / network.WidestBefore(place));
        var (lows, highs) = (new List<Tensor>(), new List<Tensor>());
        for (long from = 0; from < neurons.shape[0]; from += group)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var chosen = neurons.narrow(0, from, Math.Min(group, neurons.shape[0] - from));
            var owner = state.Boxes == 1 ? null : chosen.div(size, RoundingMode.floor);
            var elements = state.Boxes == 1 ? chosen : chosen.remainder(size);
            lows.Add(Bound(1).MoveToOuterDisposeScope());
            highs.Add(Bound(-1).neg().MoveToOuterDisposeScope());

            Tensor Bound(double sign) => new BackwardPass(state, owner, zeros([chosen.shape[0]], lower.dtype, lower.device)).RunFrom(place, elements, sign).Lower;
        }
        var (low, high) = (cat(lows), cat(highs));
        if (options.Intersection == Intersection.WithIntervals)
            (low, high) = (maximum(low, lower.index_select(0, neurons)), minimum(high, upper.index_select(0, neurons)));
        return new NodeBounds(lower.index_copy(0, neurons, low).reshape(bounds.Lower.shape), upper.index_copy(0, neurons, high).reshape(bounds.Upper.shape), bounds.Size);
    }
}
