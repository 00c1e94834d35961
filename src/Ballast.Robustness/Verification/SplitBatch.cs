using Ballast.Robustness.Bounds;
using Ballast.Robustness.Bounds.Steps;
using static TorchSharp.torch;

namespace Ballast.Robustness.Verification;

/// <summary>Parts of a box as a batch: bounds of every step with assumptions put in, and what is free in the lines and multipliers as two tensors that are optimised.</summary>
internal sealed class SplitBatch
{
    private readonly BoundState state;
    private readonly IReadOnlyList<ActivationStep> activations;
    private readonly IReadOnlyList<SplitProblem> problems;
    private readonly int rows;
    private readonly Tensor? owner;
    private readonly Tensor coefficients; // [P, ...]
    private readonly Tensor offset; // [P]
    private readonly RowChoices choices;
    private readonly Tensor places, sides, cuts; // [P, M]: where multipliers belong among all neurons; their signs, 0 where there is none; what is assumed

    /// <summary>Prepares the batch.</summary>
    /// <param name="root">Bounds of the whole box, one box.</param>
    /// <param name="activations">The steps whose neurons are split.</param>
    /// <param name="query">The region.</param>
    /// <param name="problems">The parts.</param>
    public SplitBatch(BoundState root, IReadOnlyList<ActivationStep> activations, RegionQuery query, IReadOnlyList<SplitProblem> problems)
    {
        (this.activations, this.problems, rows) = (activations, problems, query.MostRows);
        var (network, count) = (root.Network, problems.Count);
        state = new BoundState(network, count, root.Soundness);
        for (var i = 0; i < network.Steps.Count; i++)
        {
            var bounds = root.Bounds[i]!;
            long[] shape = [count, .. network.Steps[i].Shape];
            state.Bounds[i] = new NodeBounds(bounds.Lower.expand(shape), bounds.Upper.expand(shape), bounds.Size?.expand(count));
        }
        for (var i = 0; i < activations.Count; i++)
            Assume(i);
        for (var i = 1; i < network.Steps.Count; i++)
            state.Relax(i);
        owner = count * rows == 1 ? null : arange(count, int64).repeat_interleave(rows);
        // A disjunct with fewer rows has its last one several times.
        var chosen = tensor(problems.SelectMany(problem => Enumerable.Range(0, rows).Select(row => (long)query.Groups[problem.Group][Math.Min(row, query.Groups[problem.Group].Length - 1)])).ToArray());
        coefficients = query.Rows.index_select(0, chosen).to(network.Type).reshape([count * rows, .. network.Steps[^1].Shape]);
        offset = -query.Limits.index_select(0, chosen).to(network.Type);
        choices = new RowChoices(state, activations, owner);
        Choices = StartingChoices();
        (places, sides, cuts, Multipliers) = StartingMultipliers();
    }

    /// <summary>[P, ...]: what is free in the lines.</summary>
    public Tensor Choices { get; }

    /// <summary>[P, M]: multipliers of assumptions, at least 0.</summary>
    public Tensor Multipliers { get; }

    /// <summary>Brings choices into their ranges and multipliers above 0, in place.</summary>
    public void Project(Tensor lines, Tensor multipliers)
    {
        choices.Project(lines);
        multipliers.clamp_(0);
    }

    /// <summary>Rows of one part.</summary>
    public int RowsOfPart => rows;

    /// <summary>Range of each choice, [P, ...].</summary>
    public Tensor Ranges => choices.Ranges;

    /// <summary>Bounds every row on every part: rows within parts.</summary>
    /// <param name="lines">What was chosen of the lines, [P, ...].</param>
    /// <param name="multipliers">[P, M], at least 0.</param>
    /// <param name="kept">Filled with the coefficients that arrive at each activation; null for nothing.</param>
    public RowBounds Bound(Tensor lines, Tensor multipliers, Dictionary<string, Tensor>? kept = null)
    {
        var chosen = choices.Lines(lines, kept);
        var assumed = offset;
        Tensor? paid = null;
        if (multipliers.shape[1] > 0)
        {
            // side (z - cut) is at least 0: β times it may be taken off.
            var signed = multipliers.clamp_min(0) * sides;
            var all = zeros([signed.shape[0], activations.Sum(step => step.Size)], signed.dtype).scatter_add(1, places, -signed);
            var parts = all.split([.. activations.Select(step => step.Size)], 1);
            for (var i = 0; i < activations.Count; i++)
                chosen.SetMultiplier(activations[i], parts[i].reshape([-1, .. activations[i].Shape]));
            paid = signed * cuts;
            assumed = offset + paid.sum(1);
        }
        var pass = new BackwardPass(state, owner, assumed, chosen);
        if (paid is not null)
            pass.Charge(paid.abs(), paid.shape[1]);
        return pass.Run(state.Network.Steps.Count - 1, coefficients);
    }

    /// <summary>How much the lines around each neuron may cost each part, [parts, neurons], from coefficients that <see cref="Bound"/> kept.</summary>
    public Tensor Looseness(Dictionary<string, Tensor> kept)
    {
        var parts = new List<Tensor>();
        foreach (var step in activations)
        {
            var input = state.Bounds[step.Inputs[0]]!;
            var lines = state.RelaxationOf(step);
            var loose = kept.TryGetValue(step.Name, out var arrived)
                ? step.Looseness(arrived, Of(input.Lower), Of(input.Upper), lines.Of(owner))
                : zeros([problems.Count * rows, .. step.Shape], state.Network.Type);
            parts.Add(loose.reshape(problems.Count, rows, -1).sum(1));
        }
        return cat(parts, 1);
    }

    /// <summary>Where to cut the interval of a neuron's input on a part.</summary>
    public double CutOf(int part, int activation, int element)
    {
        if (activations[activation].IsPiecewiseLinear)
            return 0;
        using var scope = NewDisposeScope();
        var input = state.Bounds[activations[activation].Inputs[0]]!;
        double End(Tensor ends) => ends[part].flatten()[element].to(float64).item<double>();
        return activations[activation].Cut(End(input.Lower), End(input.Upper));
    }

    private Tensor Of(Tensor perPart) => owner is null ? perPart : perPart.index_select(0, owner);

    // Puts assumptions into the bounds of the activation's input.
    private void Assume(int index)
    {
        if (!problems.Any(problem => problem.Splits.Any(split => split.Activation == index)))
            return;
        var step = activations[index];
        var size = (int)step.Size;
        var (low, high) = (new double[problems.Count * size], new double[problems.Count * size]);
        Array.Fill(low, double.NegativeInfinity);
        Array.Fill(high, double.PositiveInfinity);
        for (var p = 0; p < problems.Count; p++)
            foreach (var split in problems[p].Splits)
                if (split.Activation == index)
                {
                    ref var end = ref (split.Side > 0 ? low : high)[p * size + split.Element];
                    end = split.Side > 0 ? Math.Max(end, split.At) : Math.Min(end, split.At);
                }
        long[] shape = [problems.Count, .. step.Shape];
        var input = state.Bounds[step.Inputs[0]]!;
        state.Bounds[step.Inputs[0]] = new NodeBounds(
            maximum(input.Lower, tensor(low).to(input.Lower.dtype).reshape(shape)), minimum(input.Upper, tensor(high).to(input.Upper.dtype).reshape(shape)), input.Size);
    }

    private Tensor StartingChoices()
    {
        if (problems.All(problem => problem.Choices is null))
            return choices.Initial;
        var width = (int)choices.Initial.shape[1];
        var values = new float[problems.Count * rows * width];
        for (var p = 0; p < problems.Count; p++)
            problems[p].Choices!.AsSpan().CopyTo(values.AsSpan(p * rows * width));
        return tensor(values).to(state.Network.Type).reshape(problems.Count * rows, width);
    }

    private (Tensor Places, Tensor Sides, Tensor Cuts, Tensor Multipliers) StartingMultipliers()
    {
        var (most, count) = (problems.Max(problem => problem.Splits.Count), problems.Count * rows);
        var (at, side, cut, value) = (new long[count * most], new float[count * most], new double[count * most], new float[count * most]);
        long[] starts = [.. activations.Select((_, index) => activations.Take(index).Sum(step => step.Size))];
        for (var p = 0; p < problems.Count; p++)
            for (var row = 0; row < rows; row++)
                for (var i = 0; i < problems[p].Splits.Count; i++)
                {
                    var (split, slot) = (problems[p].Splits[i], (p * rows + row) * most + i);
                    (at[slot], side[slot], cut[slot]) = (starts[split.Activation] + split.Element, split.Side, split.At);
                    value[slot] = problems[p].Multipliers[row * problems[p].Splits.Count + i];
                }
        Tensor Shaped(Tensor flat) => flat.reshape(count, most);
        var type = state.Network.Type;
        return (Shaped(tensor(at)), Shaped(tensor(side).to(type)), Shaped(tensor(cut).to(type)), Shaped(tensor(value).to(type)));
    }
}
