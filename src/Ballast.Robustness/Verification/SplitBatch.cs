using Ballast.Robustness.Bounds;
using Ballast.Robustness.Bounds.Steps;
using static TorchSharp.torch;

namespace Ballast.Robustness.Verification;

/// <summary>Parts of a box as a batch: bounds of every step with assumed signs put in, and slopes and multipliers as tensors that are optimised.</summary>
internal sealed class SplitBatch
{
    private readonly BoundState state;
    private readonly IReadOnlyList<ReluStep> relus;
    private readonly IReadOnlyList<SplitProblem> problems;
    private readonly int rows;
    private readonly Tensor? owner;
    private readonly Tensor[] signs; // [P, ...]: 1, -1 or 0

    /// <summary>Prepares the batch.</summary>
    /// <param name="root">Bounds of the whole box, one box.</param>
    /// <param name="relus">The ReLU steps whose neurons are split.</param>
    /// <param name="problems">The parts.</param>
    /// <param name="rows">Rows that are bounded on each part.</param>
    public SplitBatch(BoundState root, IReadOnlyList<ReluStep> relus, IReadOnlyList<SplitProblem> problems, int rows)
    {
        (this.relus, this.problems, this.rows) = (relus, problems, rows);
        var (network, count) = (root.Network, problems.Count);
        state = new BoundState(network, count, root.Soundness);
        for (var i = 0; i < network.Steps.Count; i++)
        {
            var bounds = root.Bounds[i]!;
            long[] shape = [count, .. network.Steps[i].Shape];
            state.Bounds[i] = new NodeBounds(bounds.Lower.expand(shape), bounds.Upper.expand(shape), bounds.Size!.expand(count));
        }
        signs = [.. relus.Select((relu, index) => Assume(index))];
        for (var i = 1; i < network.Steps.Count; i++)
            state.Relax(i);
        owner = count * rows == 1 ? null : arange(count, int64).repeat_interleave(rows);
        Slopes = [.. relus.Select((relu, index) => StartingSlopes(relu, index))];
        Multipliers = [.. relus.Select((relu, index) => StartingMultipliers(index))];
    }

    /// <summary>Slopes of the lines below, [P, ...] for each ReLU.</summary>
    public Tensor[] Slopes { get; }

    /// <summary>Multipliers of assumed signs, [P, ...] for each ReLU, at least 0.</summary>
    public Tensor[] Multipliers { get; }

    /// <summary>Bounds every row on every part.</summary>
    /// <param name="coefficients">[P, ...] of the network's result.</param>
    /// <param name="offset">[P].</param>
    /// <param name="slopes">[P, ...] for each ReLU, between its slope below 0 and 1.</param>
    /// <param name="multipliers">[P, ...] for each ReLU, at least 0.</param>
    /// <param name="soundness">What the bounds prove.</param>
    /// <param name="costs">Filled with what each ReLU's upper lines cost; null for nothing.</param>
    public Tensor Lower(Tensor coefficients, Tensor offset, Tensor[] slopes, Tensor[] multipliers, Soundness soundness, Dictionary<string, Tensor>? costs = null)
    {
        var choices = new RowSlopes { UpperCosts = costs };
        for (var i = 0; i < relus.Count; i++)
        {
            var lines = state.RelaxationOf(relus[i]);
            // Stable neurons, assumed ones among them, keep their line.
            var isUnstable = Of(lines.UpperIntercept).ne(0);
            choices.SetLowerSlope(relus[i], where(isUnstable, slopes[i].clamp(relus[i].NegativeSlope, 1), Of(lines.LowerSlope)));
            if (signs[i].any().item<bool>())
                choices.SetMultiplier(relus[i], -signs[i] * multipliers[i].clamp_min(0));
        }
        return new BackwardPass(state.As(soundness), owner, offset, choices).Run(state.Network.Steps.Count - 1, coefficients).Lower;
    }

    private Tensor Of(Tensor perPart) => owner is null ? perPart : perPart.index_select(0, owner);

    // Puts the signs into the bounds of the ReLU's input and gives them row by row.
    private Tensor Assume(int index)
    {
        var relu = relus[index];
        var size = (int)relu.Size;
        var values = new double[problems.Count * size];
        for (var p = 0; p < problems.Count; p++)
            foreach (var assumed in problems[p].Signs)
                if (assumed.Relu == index)
                    values[p * size + assumed.Element] = assumed.Sign;
        var sign = tensor(values).reshape([problems.Count, .. relu.Shape]);
        var input = state.Bounds[relu.Inputs[0]]!;
        state.Bounds[relu.Inputs[0]] = new NodeBounds(where(sign.gt(0), input.Lower.clamp_min(0), input.Lower), where(sign.lt(0), input.Upper.clamp_max(0), input.Upper), input.Size);
        return rows == 1 ? sign : sign.repeat_interleave(rows, dim: 0);
    }

    private Tensor StartingSlopes(ReluStep relu, int index)
    {
        var own = Of(state.RelaxationOf(relu).LowerSlope).clone();
        if (problems.All(problem => problem.Slopes is null))
            return own;
        var (size, before) = ((int)relu.Size, relus.Take(index).Sum(earlier => (int)earlier.Size) * rows);
        var values = new double[problems.Count * rows * size];
        for (var p = 0; p < problems.Count; p++)
            for (var i = 0; i < rows * size; i++)
                values[p * rows * size + i] = problems[p].Slopes![before + i];
        return tensor(values).reshape([problems.Count * rows, .. relu.Shape]);
    }

    private Tensor StartingMultipliers(int index)
    {
        var size = (int)relus[index].Size;
        var values = new double[problems.Count * rows * size];
        for (var p = 0; p < problems.Count; p++)
            for (var i = 0; i < problems[p].Signs.Count; i++)
                if (problems[p].Signs[i].Relu == index)
                    for (var row = 0; row < rows; row++)
                        values[(p * rows + row) * size + problems[p].Signs[i].Element] = problems[p].Multipliers[row * problems[p].Signs.Count + i];
        return tensor(values).reshape([problems.Count * rows, .. relus[index].Shape]);
    }
}
