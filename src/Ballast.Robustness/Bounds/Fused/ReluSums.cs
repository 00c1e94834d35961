using System.Numerics;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds.Fused;

/// <summary>Sums over intervals m ± r before ReLUs, over all of them and over those that are active (m - r above 0) or inactive (m + r below 0), in one pass over the memory each way. In double precision.</summary>
internal sealed class ReluSums : autograd.MultiTensorFunction<ReluSums>
{
    // A share of the sums is kept in the intervals' own precision for so many elements.
    private const int Block = 1024;
    private const int Kinds = 6;

    public override string Name => nameof(ReluSums);

    /// <summary>[6]: the sums of m, of r, of the active m, of their squares, of the inactive m, of their squares; and [2]: how many are active and inactive.</summary>
    public static (Tensor Sums, Tensor Counts) Of(Tensor middle, Tensor reach)
    {
        if (!TorchForms.IsOnProcessor(middle))
            return TorchForms.ReluSums(middle, reach);
        var found = apply(middle, reach);
        return (found[0], found[1].detach());
    }

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (middle, reach) = (((Tensor)vars[0]).contiguous(), ((Tensor)vars[1]).contiguous());
        ctx.save_for_backward([middle, reach]);
        var found = middle.dtype == ScalarType.Float32 ? Forward<float>(middle, reach) : Forward<double>(middle, reach);
        var counts = tensor(found[Kinds..]);
        ctx.mark_non_differentiable([counts]);
        return [tensor(found[..Kinds]), counts];
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        var saved = ctx.get_saved_variables();
        var (middle, reach) = (empty_like(saved[0]), empty_like(saved[1]));
        var of = grad_outputs[0].to(float64).contiguous().data<double>().ToArray();
        reach.fill_(of[1]);
        if (middle.dtype == ScalarType.Float32)
            Backward<float>(saved[0], saved[1], of, middle);
        else
            Backward<double>(saved[0], saved[1], of, middle);
        return [middle, reach];
    }

    private static double[] Forward<T>(Tensor middles, Tensor reaches) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var count = (int)middles.numel();
        var blocks = (count + Block - 1) / Block;
        var parts = new double[blocks][];
        TensorLoops.Over(blocks, Block, (from, to) =>
        {
            for (var block = from; block < to; block++)
            {
                var (start, length) = (block * Block, Math.Min(Block, count - block * Block));
                parts[block] = Sums<T>(TensorLoops.Elements<T>(middles).Slice(start, length), TensorLoops.Elements<T>(reaches).Slice(start, length));
            }
        });
        // In the order of the blocks, whatever thread each was on.
        var sums = new double[Kinds + 2];
        foreach (var part in parts)
            for (var kind = 0; kind < sums.Length; kind++)
                sums[kind] += part[kind];
        return sums;
    }

    private static double[] Sums<T>(ReadOnlySpan<T> m, ReadOnlySpan<T> r) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (zero, one) = (Vector512<T>.Zero, Vector512<T>.One);
        var (middles, reaches, active, activeSquares, inactive, inactiveSquares, actives, inactives) = (zero, zero, zero, zero, zero, zero, zero, zero);
        var i = 0;
        for (; i <= m.Length - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            var (middle, reach) = (Vector512.Create(m[i..]), Vector512.Create(r[i..]));
            var (isActive, isInactive) = (Vector512.GreaterThan(middle - reach, zero), Vector512.LessThan(middle + reach, zero));
            var (on, off) = (middle & isActive, middle & isInactive);
            middles += middle;
            reaches += reach;
            active += on;
            activeSquares += on * on;
            inactive += off;
            inactiveSquares += off * off;
            actives += one & isActive;
            inactives += one & isInactive;
        }
        double[] sums =
        [
            Sum(middles), Sum(reaches), Sum(active), Sum(activeSquares), Sum(inactive), Sum(inactiveSquares), Sum(actives), Sum(inactives),
        ];
        for (; i < m.Length; i++)
        {
            var (middle, reach) = (double.CreateChecked(m[i]), double.CreateChecked(r[i]));
            sums[0] += middle;
            sums[1] += reach;
            var place = m[i] - r[i] > T.Zero ? 2 : m[i] + r[i] < T.Zero ? 4 : 0;
            if (place == 0)
                continue;
            sums[place] += middle;
            sums[place + 1] += middle * middle;
            sums[Kinds + place / 2 - 1]++;
        }
        return sums;

        static double Sum(Vector512<T> lanes) => double.CreateChecked(Vector512.Sum(lanes));
    }

    // Of each m: that of all; 2 m times that of the squares and that of the sum where it is active, likewise where it is inactive.
    private static void Backward<T>(Tensor middles, Tensor reaches, double[] of, Tensor result) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TensorLoops.Over((int)middles.numel(), 1, (from, to) =>
        {
            var m = TensorLoops.Elements<T>(middles)[from..to];
            var r = TensorLoops.Elements<T>(reaches)[from..to];
            var g = TensorLoops.Elements<T>(result)[from..to];
            var (all, on, onTwice, off, offTwice) = (T.CreateChecked(of[0]), T.CreateChecked(of[2]), T.CreateChecked(2 * of[3]), T.CreateChecked(of[4]), T.CreateChecked(2 * of[5]));
            var i = 0;
            for (; i <= m.Length - Vector512<T>.Count; i += Vector512<T>.Count)
            {
                var (middle, reach) = (Vector512.Create<T>(m[i..]), Vector512.Create<T>(r[i..]));
                var active = (middle * onTwice + Vector512.Create(on)) & Vector512.GreaterThan(middle - reach, Vector512<T>.Zero);
                var inactive = (middle * offTwice + Vector512.Create(off)) & Vector512.LessThan(middle + reach, Vector512<T>.Zero);
                (Vector512.Create(all) + active + inactive).CopyTo(g[i..]);
            }
            for (; i < m.Length; i++)
                g[i] = all + (m[i] - r[i] > T.Zero ? m[i] * onTwice + on : m[i] + r[i] < T.Zero ? m[i] * offTwice + off : T.Zero);
        });
}
