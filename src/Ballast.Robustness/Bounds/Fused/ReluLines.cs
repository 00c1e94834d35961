using System.Numerics;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Ballast.Robustness.Bounds.Fused;

/// <summary>Takes coefficients A of ReLUs back to their inputs on intervals m ± r, for a bound from below, in one pass over the memory each way (CROWN, one row a box).</summary>
/// <remarks>
/// With l = min(m - r, 0), u = max(m + r, 0) and the chord's slope s = u / (u - l), which is 1 for an active neuron and 0 for an inactive one: a positive coefficient takes the line below, through 0 with
/// slope 1 where s is above 1/2, else 0 (no gradient flows to that choice); another takes the chord, s x - s l. Gradients flow through s and l.
/// </remarks>
internal sealed class ReluLines : autograd.MultiTensorFunction<ReluLines>
{
    // The sum of a row is kept in double precision, one addition a block.
    private const int Block = 1024;

    private static readonly double Narrow = 1e-30;

    public override string Name => nameof(ReluLines);

    /// <summary>Coefficients of the inputs, [B, ...], and what the chords cost each box, [B], at most 0.</summary>
    public static (Tensor Coefficients, Tensor Cost) Of(Tensor coefficients, Tensor middle, Tensor reach)
    {
        if (!TorchForms.IsOnProcessor(middle))
            return TorchForms.ReluLines(coefficients, middle, reach);
        var sent = apply(coefficients, middle, reach);
        return (sent[0], sent[1]);
    }

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (coefficients, middle, reach) = (((Tensor)vars[0]).contiguous(), ((Tensor)vars[1]).contiguous(), ((Tensor)vars[2]).contiguous());
        ctx.save_for_backward([coefficients, middle, reach]);
        var (sent, cost) = (empty_like(coefficients), empty([coefficients.shape[0]], coefficients.dtype));
        if (coefficients.dtype == ScalarType.Float32)
            Forward<float>(coefficients, middle, reach, sent, cost);
        else
            Forward<double>(coefficients, middle, reach, sent, cost);
        return [sent, cost];
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        var saved = ctx.get_saved_variables();
        var (ofSent, ofCost) = (grad_outputs[0].contiguous(), grad_outputs[1].contiguous());
        var (coefficients, middle, reach) = (empty_like(saved[0]), empty_like(saved[1]), empty_like(saved[2]));
        if (ofSent.dtype == ScalarType.Float32)
            Backward<float>(saved[0], saved[1], saved[2], ofSent, ofCost, coefficients, middle, reach);
        else
            Backward<double>(saved[0], saved[1], saved[2], ofSent, ofCost, coefficients, middle, reach);
        return [coefficients, middle, reach];
    }

    private static void Forward<T>(Tensor coefficients, Tensor middle, Tensor reach, Tensor sent, Tensor cost) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var boxes = (int)coefficients.shape[0];
        var size = (int)(coefficients.numel() / Math.Max(1, boxes));
        TensorLoops.Over(boxes, size, (from, to) =>
        {
            var costs = TensorLoops.Elements<T>(cost);
            for (var box = from; box < to; box++)
            {
                var sum = 0.0;
                for (var at = 0; at < size; at += Block)
                {
                    var (start, count) = (box * size + at, Math.Min(Block, size - at));
                    sum += double.CreateChecked(Forward(
                        TensorLoops.Elements<T>(coefficients).Slice(start, count), TensorLoops.Elements<T>(middle).Slice(start, count), TensorLoops.Elements<T>(reach).Slice(start, count),
                        TensorLoops.Elements<T>(sent).Slice(start, count)));
                }
                costs[box] = T.CreateChecked(sum);
            }
        });
    }

    private static T Forward<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> m, ReadOnlySpan<T> r, Span<T> sent) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (zero, narrow, half) = (Vector512<T>.Zero, Vector512.Create(T.CreateChecked(Narrow)), Vector512.Create(T.CreateChecked(0.5)));
        var sum = zero;
        var i = 0;
        for (; i <= a.Length - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            var (c, middle, reach) = (Vector512.Create(a[i..]), Vector512.Create(m[i..]), Vector512.Create(r[i..]));
            // Of two numbers one of which is NaN, the second is taken.
            var (low, high) = (Vector512.MinNative(zero, middle - reach), Vector512.MaxNative(zero, middle + reach));
            var chord = high / Vector512.MaxNative(narrow, high - low);
            var isPositive = Vector512.GreaterThan(c, zero);
            Vector512.ConditionalSelect(isPositive, c & Vector512.GreaterThan(chord, half), c * chord).CopyTo(sent[i..]);
            sum -= Vector512.AndNot(c * chord * low, isPositive);
        }
        var total = Vector512.Sum(sum);
        for (; i < a.Length; i++)
        {
            var (low, high) = (T.Min(m[i] - r[i], T.Zero), T.Max(m[i] + r[i], T.Zero));
            var chord = high / T.Max(high - low, T.CreateChecked(Narrow));
            if (a[i] > T.Zero)
            {
                sent[i] = chord > T.CreateChecked(0.5) ? a[i] : T.Zero;
                continue;
            }
            sent[i] = a[i] * chord;
            total -= sent[i] * low;
        }
        return total;
    }

    private static void Backward<T>(Tensor coefficients, Tensor middle, Tensor reach, Tensor ofSent, Tensor ofCost, Tensor toCoefficients, Tensor toMiddle, Tensor toReach) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var boxes = (int)coefficients.shape[0];
        var size = (int)(coefficients.numel() / Math.Max(1, boxes));
        TensorLoops.Over(boxes, size, (from, to) =>
        {
            var costs = TensorLoops.Elements<T>(ofCost);
            for (var box = from; box < to; box++)
            {
                var start = box * size;
                Backward(
                    TensorLoops.Elements<T>(coefficients).Slice(start, size), TensorLoops.Elements<T>(middle).Slice(start, size), TensorLoops.Elements<T>(reach).Slice(start, size),
                    TensorLoops.Elements<T>(ofSent).Slice(start, size), costs[box],
                    TensorLoops.Elements<T>(toCoefficients).Slice(start, size), TensorLoops.Elements<T>(toMiddle).Slice(start, size), TensorLoops.Elements<T>(toReach).Slice(start, size));
            }
        });
    }

    // With g of what was sent and k of the cost, and q = u - l: of s, A (g - k l); of u, -l / q^2 of that; of l, u / q^2 of that, and -k A s.
    private static void Backward<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> m, ReadOnlySpan<T> r, ReadOnlySpan<T> ofSent, T ofCost, Span<T> toA, Span<T> toM, Span<T> toR) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (zero, narrow, half, cost) = (Vector512<T>.Zero, Vector512.Create(T.CreateChecked(Narrow)), Vector512.Create(T.CreateChecked(0.5)), Vector512.Create(ofCost));
        var i = 0;
        for (; i <= a.Length - Vector512<T>.Count; i += Vector512<T>.Count)
        {
            var (c, middle, reach, g) = (Vector512.Create(a[i..]), Vector512.Create(m[i..]), Vector512.Create(r[i..]), Vector512.Create(ofSent[i..]));
            var (lower, upper) = (middle - reach, middle + reach);
            var (low, high) = (Vector512.MinNative(zero, lower), Vector512.MaxNative(zero, upper));
            var inverse = Vector512<T>.One / Vector512.MaxNative(narrow, high - low);
            var chord = high * inverse;
            var isPositive = Vector512.GreaterThan(c, zero);
            var ofLine = g - cost * low;
            Vector512.ConditionalSelect(isPositive, g & Vector512.GreaterThan(chord, half), ofLine * chord).CopyTo(toA[i..]);
            var ofChord = Vector512.AndNot(c, isPositive) * ofLine * inverse;
            var ofHigh = (ofChord * (-low * inverse)) & Vector512.GreaterThan(upper, zero);
            var ofLow = (ofChord * chord - Vector512.AndNot(c, isPositive) * cost * chord) & Vector512.LessThan(lower, zero);
            (ofHigh + ofLow).CopyTo(toM[i..]);
            (ofHigh - ofLow).CopyTo(toR[i..]);
        }
        for (; i < a.Length; i++)
        {
            var (lower, upper) = (m[i] - r[i], m[i] + r[i]);
            var (low, high) = (T.Min(lower, T.Zero), T.Max(upper, T.Zero));
            var inverse = T.One / T.Max(high - low, T.CreateChecked(Narrow));
            var chord = high * inverse;
            if (a[i] > T.Zero)
            {
                (toA[i], toM[i], toR[i]) = (chord > T.CreateChecked(0.5) ? ofSent[i] : T.Zero, T.Zero, T.Zero);
                continue;
            }
            var ofLine = ofSent[i] - ofCost * low;
            toA[i] = ofLine * chord;
            var ofChord = a[i] * ofLine * inverse;
            var ofHigh = upper > T.Zero ? ofChord * (-low * inverse) : T.Zero;
            var ofLow = lower < T.Zero ? ofChord * chord - a[i] * ofCost * chord : T.Zero;
            (toM[i], toR[i]) = (ofHigh + ofLow, ofHigh - ofLow);
        }
    }
}
