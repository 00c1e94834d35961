using Ballast.Robustness.Bounds.Steps;
using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds;

/// <summary>Tightens the bounds of neurons with lines chosen for each of them (α-CROWN): layer after layer, so that later ones build on what was gained before.</summary>
/// <remarks>Source: Xu et al. (2021). Lines are chosen in single precision; the bounds that count come from one pass in double precision with all rounding paid for.</remarks>
/// <param name="single">The network in single precision.</param>
/// <param name="threads">Threads.</param>
internal sealed class BoundRefinement(BoundedNetwork single, int threads)
{
    // What a core does in a second, of products in single precision; only the choice of steps rests on it.
    private const double ProductsPerSecond = 5e9;

    // A step with gradients costs as much as three without.
    private const double CostOfStep = 3;
    private const int MostSteps = 20;
    private const int LeastSteps = 4;
    private const long GroupElements = 1 << 19;
    private const int LeastGroup = 16;

    private static readonly LineAscent Ascent = new(rate: 0.25, decay: 0.95);

    /// <summary>Tightens the bounds of one box, in place. Tensors belong to the caller's scope.</summary>
    /// <param name="state">Bounds of every step, one box.</param>
    /// <param name="seconds">About how long it may take.</param>
    /// <param name="cancellation">Stops between groups of rows.</param>
    /// <returns>Whether there was time for it.</returns>
    public bool Run(BoundState state, double seconds, CancellationToken cancellation)
    {
        var network = state.Network;
        int[] places = [.. Enumerable.Range(1, network.Steps.Count - 1).Where(place => network.IsRelaxed(place) && network.Steps[place] is not ActivationStep && network.Steps.Take(place).OfType<ActivationStep>().Any())];
        using var frozen = no_grad();
        double products = 0;
        foreach (var place in places)
            using (NewDisposeScope())
                products += 2.0 * Open(state, place).shape[0] * network.Steps.Take(place + 1).Sum(step => (double)step.Products);
        var steps = (int)Math.Min(MostSteps, seconds * ProductsPerSecond * threads / (CostOfStep * Math.Max(1, products)));
        if (steps < LeastSteps || products == 0)
            return false;
        foreach (var place in places)
        {
            using var scope = NewDisposeScope();
            var elements = Open(state, place);
            if (elements.shape[0] == 0)
                continue;
            state.Bounds[place] = Tightened(state, place, elements, steps, cancellation);
            state.MoveToOuter(place, scope);
            for (var later = place + 1; later < network.Steps.Count; later++)
                if (network.Steps[later].Inputs.Contains(place))
                    Relaxed(state, later, scope);
        }
        return true;
    }

    private static void Relaxed(BoundState state, int place, DisposeScope scope)
    {
        state.Relax(place);
        state.MoveToOuter(place, scope);
    }

    // The neurons that tighter bounds help, [n].
    private static Tensor Open(BoundState state, int place)
    {
        var (lower, upper) = (state.Bounds[place]!.Lower.flatten(), state.Bounds[place]!.Upper.flatten());
        return state.Network.IsPiecewiseLinearAfter(place) ? lower.ge(0).logical_or(upper.le(0)).logical_not().nonzero().reshape(-1) : arange(lower.shape[0], int64);
    }

    private NodeBounds Tightened(BoundState state, int place, Tensor elements, int steps, CancellationToken cancellation)
    {
        var nominal = state.In(single);
        var group = Math.Max(LeastGroup, GroupElements / state.Network.Steps.Take(place).OfType<ActivationStep>().Sum(step => step.Size));
        var count = elements.shape[0];
        group = Math.Min(group, (count * 2 + threads - 1) / threads);
        var jobs = new[] { 1, -1 }.SelectMany(sign => Enumerable.Range(0, (int)((count + group - 1) / group)).Select(i => (Sign: sign, From: i * group))).ToArray();
        var found = new double[jobs.Length][];
        Parallel.For(0, jobs.Length, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, i =>
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            found[i] = Lower(state, nominal, place, elements.narrow(0, jobs[i].From, Math.Min(group, count - jobs[i].From)), jobs[i].Sign, steps, cancellation);
        });
        double[] Of(int sign) => [.. jobs.Zip(found).Where(pair => pair.First.Sign == sign).SelectMany(pair => pair.Second)];
        var bounds = state.Bounds[place]!;
        Tensor Put(Tensor old, Tensor better, Func<Tensor, Tensor, Tensor> tighter) =>
            old.flatten().index_copy(0, elements, tighter(old.flatten().index_select(0, elements), better)).reshape(old.shape);
        var (lower, upper) = (Put(bounds.Lower, tensor(Of(1)), maximum), Put(bounds.Upper, -tensor(Of(-1)), minimum));
        return new NodeBounds(lower, upper, bounds.Size);
    }

    // Least values of sign times elements of a step's result.
    private static double[] Lower(BoundState state, BoundState nominal, int place, Tensor elements, int sign, int steps, CancellationToken cancellation)
    {
        RowChoices Choices(BoundState of) => new(of, [.. of.Network.Steps.Take(place).OfType<ActivationStep>()], null);
        Tensor Bound(BoundState of, RowLines lines) => new BackwardPass(of, null, zeros([elements.shape[0]], of.Network.Type), lines).RunFrom(place, elements, sign).Lower;
        var choices = Choices(nominal);
        var (best, _) = Ascent.Run(
            [choices.Initial.expand(elements.shape[0], -1)], [choices.Ranges], values => Bound(nominal, choices.Lines(values[0])), values => choices.Project(values[0]),
            isEnough: null, steps, cancellation);
        return Bound(state, Choices(state).Lines(best[0].to(float64))).data<double>().ToArray();
    }
}
