using System.Numerics;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds.Fused;

/// <summary>ReLU of intervals m ± r, as intervals m' ± r', in one pass over the memory each way: m' = (max(m + r, 0) + max(m - r, 0)) / 2, and r' the same with minus.</summary>
internal sealed class IntervalRelu : autograd.MultiTensorFunction<IntervalRelu>
{
    public override string Name => nameof(IntervalRelu);

    /// <summary>Middle and reach after the ReLU.</summary>
    public static (Tensor Middle, Tensor Reach) Of(Tensor middle, Tensor reach)
    {
        if (!TorchForms.IsOnProcessor(middle))
            return TorchForms.IntervalRelu(middle, reach);
        var after = apply(middle, reach);
        return (after[0], after[1]);
    }

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (middle, reach) = (((Tensor)vars[0]).contiguous(), ((Tensor)vars[1]).contiguous());
        ctx.save_for_backward([middle, reach]);
        var (m, r) = (empty_like(middle), empty_like(reach));
        if (middle.dtype == ScalarType.Float32)
            Forward<float>(middle, reach, m, r);
        else
            Forward<double>(middle, reach, m, r);
        return [m, r];
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        var saved = ctx.get_saved_variables();
        var (m, r) = (grad_outputs[0].contiguous(), grad_outputs[1].contiguous());
        var (middle, reach) = (empty_like(saved[0]), empty_like(saved[1]));
        if (m.dtype == ScalarType.Float32)
            Backward<float>(saved[0], saved[1], m, r, middle, reach);
        else
            Backward<double>(saved[0], saved[1], m, r, middle, reach);
        return [middle, reach];
    }

    private static void Forward<T>(Tensor middles, Tensor reaches, Tensor middlesAfter, Tensor reachesAfter) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TensorLoops.Over((int)middles.numel(), 1, (from, to) =>
        {
            var m = TensorLoops.Elements<T>(middles)[from..to];
            var r = TensorLoops.Elements<T>(reaches)[from..to];
            var mAfter = TensorLoops.Elements<T>(middlesAfter)[from..to];
            var rAfter = TensorLoops.Elements<T>(reachesAfter)[from..to];
            var half = T.CreateChecked(0.5);
            var i = 0;
            for (; i <= m.Length - Vector512<T>.Count; i += Vector512<T>.Count)
            {
                var (c, w) = (Vector512.Create<T>(m[i..]), Vector512.Create<T>(r[i..]));
                // Of two numbers one of which is NaN, the second is taken.
                var (low, high) = (Vector512.MaxNative(Vector512<T>.Zero, c - w), Vector512.MaxNative(Vector512<T>.Zero, c + w));
                ((high + low) * half).CopyTo(mAfter[i..]);
                ((high - low) * half).CopyTo(rAfter[i..]);
            }
            for (; i < m.Length; i++)
            {
                var (low, high) = (T.Max(m[i] - r[i], T.Zero), T.Max(m[i] + r[i], T.Zero));
                (mAfter[i], rAfter[i]) = ((high + low) * half, (high - low) * half);
            }
        });

    private static void Backward<T>(Tensor middles, Tensor reaches, Tensor ofMiddles, Tensor ofReaches, Tensor toMiddles, Tensor toReaches) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        TensorLoops.Over((int)middles.numel(), 1, (from, to) =>
        {
            var m = TensorLoops.Elements<T>(middles)[from..to];
            var r = TensorLoops.Elements<T>(reaches)[from..to];
            var mOf = TensorLoops.Elements<T>(ofMiddles)[from..to];
            var rOf = TensorLoops.Elements<T>(ofReaches)[from..to];
            var mTo = TensorLoops.Elements<T>(toMiddles)[from..to];
            var rTo = TensorLoops.Elements<T>(toReaches)[from..to];
            var half = T.CreateChecked(0.5);
            var i = 0;
            for (; i <= m.Length - Vector512<T>.Count; i += Vector512<T>.Count)
            {
                var (c, w) = (Vector512.Create<T>(m[i..]), Vector512.Create<T>(r[i..]));
                var (a, b) = (Vector512.Create<T>(mOf[i..]) * half, Vector512.Create<T>(rOf[i..]) * half);
                var low = (a - b) & Vector512.GreaterThan(c - w, Vector512<T>.Zero);
                var high = (a + b) & Vector512.GreaterThan(c + w, Vector512<T>.Zero);
                (high + low).CopyTo(mTo[i..]);
                (high - low).CopyTo(rTo[i..]);
            }
            for (; i < m.Length; i++)
            {
                var (a, b) = (mOf[i] * half, rOf[i] * half);
                var (low, high) = (m[i] - r[i] > T.Zero ? a - b : T.Zero, m[i] + r[i] > T.Zero ? a + b : T.Zero);
                (mTo[i], rTo[i]) = (high + low, high - low);
            }
        });
}
