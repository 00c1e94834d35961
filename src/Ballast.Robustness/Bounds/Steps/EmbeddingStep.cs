using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds.Steps;

/// <summary>A row of a table for each code: [...] to [..., d]. Codes are whole numbers: an interval with one of them in it gives that row, any other the hull of all rows.</summary>
internal sealed class EmbeddingStep(string name, int input, long[] shape, Tensor table) : BoundStep(name, [input], shape)
{
    private readonly Tensor least = table.amin([0]);
    private readonly Tensor greatest = table.amax([0]);

    public override Tensor Forward(IReadOnlyList<Tensor> x) => RowsOf(x[0].round());

    public override NodeBounds Interval(IReadOnlyList<NodeBounds> x, Soundness soundness)
    {
        var (first, last) = (x[0].Lower.ceil(), x[0].Upper.floor());
        var isOne = first.eq(last).unsqueeze(-1);
        var rows = RowsOf(first);
        var (lower, upper) = (where(isOne, rows, least), where(isOne, rows, greatest));
        return new NodeBounds(lower, upper, soundness == Soundness.Nominal ? null : NodeBounds.Greatest(lower, upper));
    }

    // Constant lines: nothing is sent on to the codes.
    public override void Backward(BackwardPass pass, Tensor coefficients)
    {
        var bounds = pass.BoundsOf(this);
        var (lower, upper) = (pass.Of(bounds.Lower), pass.Of(bounds.Upper));
        pass.AddOffset((coefficients.clamp_min(0) * lower + coefficients.clamp_max(0) * upper).flatten(1).sum(1));
        pass.Charge(coefficients.abs() * maximum(lower.abs(), upper.abs()), Size);
    }

    private Tensor RowsOf(Tensor codes)
    {
        // Negative codes count from the end.
        var rows = codes.to(int64).clamp(-table.shape[0], table.shape[0] - 1);
        rows = where(rows.lt(0), rows + table.shape[0], rows);
        return table.index_select(0, rows.flatten()).reshape([.. codes.shape, table.shape[1]]);
    }
}
