using Ballast.Robustness.Bounds.Steps;
using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds;

/// <summary>Takes linear functions of one step's results back to the input, and so finds the least value each can have on its box (CROWN).</summary>
/// <remarks>
/// A row is a function Λ · f_i(x) + μ on the box <c>owner[row]</c>; every row is bounded from below, and upper bounds are lower bounds of the negated row. Steps are visited from the back,
/// each once, when all that use it have sent their coefficients. With <see cref="Soundness.RealArithmetic"/> a bound of all rounding errors is kept beside μ: in a step with sums of n terms, γ_n Σ|Λ| S
/// for S the greatest sum of absolute values of such terms on the box, which also pays for the coefficients' own roundings on the way to the step.
/// </remarks>
internal sealed class BackwardPass
{
    private readonly BoundState state;
    private readonly Tensor? owner;
    private readonly RowLines? rows;
    private readonly Tensor?[] arrived;
    private readonly bool isProof;
    private Tensor offset;
    private Tensor error;
    private Tensor lastTerm;

    /// <summary>Prepares a pass.</summary>
    /// <param name="state">Bounds and relaxations of every step before the one that rows start from.</param>
    /// <param name="owner">[P]: the box of each row; null when there is one box.</param>
    /// <param name="offset">[P]: μ.</param>
    /// <param name="rows">Lines and multipliers of rows in place of the relaxations' own.</param>
    public BackwardPass(BoundState state, Tensor? owner, Tensor offset, RowLines? rows = null)
    {
        (this.state, this.owner, this.rows, this.offset, lastTerm) = (state, owner, rows, offset, offset);
        arrived = new Tensor?[state.Network.Steps.Count];
        isProof = state.Soundness == Soundness.RealArithmetic;
        error = isProof ? offset.abs() * Rounding.Gamma(0) : zeros_like(offset);
    }

    /// <summary>Element type of everything.</summary>
    public ScalarType Type => offset.dtype;

    /// <summary>Where its tensors lie.</summary>
    public Device Device => offset.device;

    /// <summary>The row's own part of something known for each box: [B, ...] to [P, ...].</summary>
    public Tensor Of(Tensor perBox) => owner is null ? perBox : perBox.index_select(0, owner);

    /// <summary>The lines of each row, [P, ...].</summary>
    public Relaxation LinesOf(ActivationStep step) => rows?.LinesOf(step) ?? state.RelaxationOf(step).Of(owner);

    public MaxPoolRelaxation MaxPoolRelaxationOf(MaxPoolStep step) => state.MaxPoolRelaxationOf(step);

    public NodeBounds BoundsOf(BoundStep step) => BoundsOf(state.Network.Places[step]);

    public NodeBounds BoundsOf(int step) => state.Bounds[step]!;

    /// <summary>Whether rows of these coefficients stand for one box each, take the relaxations' own lines, and roundings do not count.</summary>
    public bool HasOwnLines(Tensor coefficients) => !isProof && owner is null && rows is null && coefficients.shape[0] == state.Boxes;

    /// <summary>Added to the coefficients of the activation's input, [P, ...]; null for nothing.</summary>
    public Tensor? MultiplierOf(ActivationStep step) => rows?.MultiplierOf(step);

    /// <summary>Keeps the coefficients of an activation's result, where that was asked for.</summary>
    public void Note(ActivationStep step, Tensor coefficients)
    {
        if (rows?.Coefficients is { } kept)
            kept[step.Name] = coefficients.detach().clone().DetachFromDisposeScope();
    }

    /// <summary>Adds [P] to μ.</summary>
    public void AddOffset(Tensor term)
    {
        lastTerm = term;
        offset += term;
        if (isProof)
            error += offset.abs() * (2 * Rounding.Unit);
    }

    /// <summary>Pays for the sum of n terms of one sign that was added last.</summary>
    public void ChargeOffset(long terms)
    {
        if (isProof)
            error += lastTerm.abs() * Rounding.Gamma(terms);
    }

    /// <summary>Pays for a sum of terms of these sizes, [P, ...].</summary>
    public void Charge(Tensor sizes, long terms)
    {
        if (isProof)
            error += sizes.flatten(1).sum(1) * Rounding.Gamma(terms);
    }

    /// <summary>Pays for sums of n coefficients of a step's results.</summary>
    public void ChargeTo(int step, Tensor coefficients, long terms)
    {
        if (isProof)
            error += coefficients.abs().flatten(1).sum(1) * Of(state.SizeOf(step)) * Rounding.Gamma(terms);
    }

    /// <summary>Hands coefficients to an earlier step.</summary>
    public void Send(int step, Tensor coefficients)
    {
        if (arrived[step] is not { } before)
        {
            arrived[step] = coefficients;
            return;
        }
        ChargeTo(step, before, 4);
        ChargeTo(step, coefficients, 4);
        arrived[step] = before + coefficients;
    }

    /// <summary>Bounds rows of coefficients [P, ...] of a step's results.</summary>
    public RowBounds Run(int start, Tensor coefficients)
    {
        arrived[start] = coefficients;
        return RunDown(start);
    }

    /// <summary>Bounds sign times single elements [P] of a step's flattened result.</summary>
    public RowBounds RunFrom(int start, Tensor elements, double sign)
    {
        var step = state.Network.Steps[start];
        if (isProof && !step.IsExact)
            error += Of(state.SizeOf(start)) * Rounding.Gamma(step.Terms);
        step.BackwardFrom(this, elements, sign);
        return RunDown(start - 1);
    }

    /// <summary>Bounds rows by the intervals of the step before a final linear step, or of the step itself: what interval propagation gives when the rows are merged into the last layer.</summary>
    public RowBounds RunMerged(int start, Tensor coefficients)
    {
        if (state.Network.Steps[start] is not LinearStep { Shape.Length: 1 } step)
            return Concretize(start, coefficients);
        ChargeTo(start, coefficients, step.Terms);
        step.Backward(this, coefficients);
        return Concretize(step.Inputs[0], arrived[step.Inputs[0]]!);
    }

    /// <summary>Both ends of rows [B, R, ...] by the intervals of the step before a final linear step, or of the step itself, rounding ignored.</summary>
    public (Tensor Lower, Tensor Upper) RunMergedToEnds(int start, Tensor rows)
    {
        var (boxes, count) = (rows.shape[0], rows.shape[1]);
        var (place, coefficients) = (start, rows.flatten(0, 1));
        if (state.Network.Steps[start] is LinearStep { Shape.Length: 1 } step)
        {
            step.Backward(this, coefficients);
            (place, coefficients) = (step.Inputs[0], arrived[step.Inputs[0]]!);
        }
        coefficients = coefficients.reshape(boxes, count, -1);
        var (middle, reach) = state.Bounds[place]!.Centered;
        var center = coefficients.matmul(middle.flatten(1).unsqueeze(2)).squeeze(2) + offset.reshape(boxes, count);
        var radius = coefficients.abs().matmul(reach.flatten(1).unsqueeze(2)).squeeze(2);
        return (center - radius, center + radius);
    }

    private RowBounds RunDown(int start)
    {
        for (var i = start; i > 0; i--)
        {
            if (arrived[i] is not { } coefficients)
                continue;
            using var scope = NewDisposeScope();
            arrived[i] = null;
            var step = state.FoldedAt(i) ?? state.Network.Steps[i];
            if (!step.IsExact)
                ChargeTo(i, coefficients, step.Terms);
            step.Backward(this, coefficients);
            // What later steps need; tensors that were there before the step are left where they are.
            scope.MoveToOuter(arrived.Take(i).Append(offset).Append(error).OfType<Tensor>());
            lastTerm = offset;
        }
        return Concretize(0, arrived[0] ?? zeros([offset.shape[0], .. state.Network.InputShape], Type, Device));
    }

    private RowBounds Concretize(int step, Tensor coefficients)
    {
        var least = offset + (isProof ? ByEnds() : ByMiddle()).flatten(1).sum(1);
        if (isProof)
        {
            ChargeTo(step, coefficients, state.Network.Steps[step].Size);
            error += (least.abs() + offset.abs()) * Rounding.Gamma(0);
            least -= error * (1 + 1e-9) + Rounding.Tiny;
        }
        // What cannot be computed is not known.
        return new RowBounds(where(least.isfinite(), least, full_like(least, double.NegativeInfinity)), coefficients);

        Tensor ByEnds() => coefficients.clamp_min(0) * Of(state.Bounds[step]!.Lower) + coefficients.clamp_max(0) * Of(state.Bounds[step]!.Upper);

        Tensor ByMiddle()
        {
            var (middle, reach) = state.Bounds[step]!.Centered;
            return coefficients * Of(middle) - coefficients.abs() * Of(reach);
        }
    }
}
