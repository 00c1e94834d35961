using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;

namespace Ballast.Exchange.Onnx.Import;

/// <summary>Strides, dilations, padding and rounding of a convolution or pooling, with automatic padding written out.</summary>
internal static class OnnxWindows
{
    public static SlidingWindow Read(OnnxNode node, Extents kernel, Extents input, bool roundUp = false)
    {
        var rank = kernel.Count;
        if (input.HasBatch || input.Count != rank)
            throw node.Unsupported($"a window of {rank} axes over {input}", "fixed spatial extents");
        var strides = List(node, "strides", rank, 1);
        var dilations = List(node, "dilations", rank, 1);
        var pads = node.Ints("pads") is { } given ? node.List(given) : Extents.Repeat(0, 2 * rank);
        if (pads.Count != 2 * rank || pads.Any(pad => pad < 0) || kernel.Concat(strides).Concat(dilations).Any(number => number < 1))
            throw node.Unsupported($"kernel {kernel}, strides {strides}, dilations {dilations}, pads {pads}", $"{rank} numbers from 1 on, and {2 * rank} pads from 0 on");
        var (before, after) = node.Text("auto_pad") switch
        {
            null or "NOTSET" => (Extents.Of(pads.AsSpan()[..rank]), pads.Skip(rank)),
            "VALID" => (Extents.Repeat(0, rank), Extents.Repeat(0, rank)),
            "SAME_UPPER" => Same(kernel, strides, dilations, input, extraFirst: false),
            "SAME_LOWER" => Same(kernel, strides, dilations, input, extraFirst: true),
            var other => throw node.Unsupported($"auto_pad '{other}'", "NOTSET, VALID, SAME_UPPER or SAME_LOWER"),
        };
        if (roundUp)
            after = RoundedUp(kernel, strides, dilations, before, after, input);
        return new SlidingWindow(kernel, strides, dilations, before, after);
    }

    public static Extents Kernel(OnnxNode node) => node.Ints("kernel_shape") is { } kernel ? node.List(kernel) : throw node.Unsupported("no kernel_shape", "one");

    private static Extents List(OnnxNode node, string name, int rank, int otherwise)
    {
        var list = node.Ints(name) is { } given ? node.List(given) : Extents.Repeat(otherwise, rank);
        return list.Count == rank ? list : throw node.Unsupported($"{name} {list}", $"{rank} numbers");
    }

    // As many results as ceil(input / stride).
    private static (Extents Before, Extents After) Same(Extents kernel, Extents strides, Extents dilations, Extents input, bool extraFirst)
    {
        var (before, after) = (new int[kernel.Count], new int[kernel.Count]);
        for (var axis = 0; axis < kernel.Count; axis++)
        {
            var results = (input[axis] + (long)strides[axis] - 1) / strides[axis];
            var total = Math.Max(0, (results - 1) * strides[axis] + (kernel[axis] - 1L) * dilations[axis] + 1 - input[axis]);
            var (less, more) = ((int)Math.Min(total / 2, int.MaxValue), (int)Math.Min(total - total / 2, int.MaxValue));
            (before[axis], after[axis]) = extraFirst ? (more, less) : (less, more);
        }
        return (Extents.Of(before), Extents.Of(after));
    }

    // One more result where elements are left over, unless its window would begin in the padding.
    private static Extents RoundedUp(Extents kernel, Extents strides, Extents dilations, Extents before, Extents after, Extents input)
    {
        var padded = after;
        for (var axis = 0; axis < kernel.Count; axis++)
        {
            var room = (long)input[axis] + before[axis] + after[axis] - ((kernel[axis] - 1L) * dilations[axis] + 1);
            if (room < 0 || room % strides[axis] == 0 || (room / strides[axis] + 1) * strides[axis] >= (long)input[axis] + before[axis])
                continue;
            padded = padded.With(axis, (int)Math.Min(int.MaxValue, after[axis] + strides[axis] - room % strides[axis]));
        }
        return padded;
    }
}
