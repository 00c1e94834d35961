using Ballast.Exchange.Networks.Operators;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Ballast.Learning.Onnx;

/// <summary>Convolution, pooling and padding in torch, which pads alike on both sides and pooling by at most half a kernel: the rest is padded beforehand.</summary>
internal static class TorchWindows
{
    public static Tensor Convolve(Tensor x, Tensor weight, Tensor? bias, SlidingWindow window, int groups)
    {
        var (padded, pads) = window.IsSymmetric ? (x, window.PadsBefore.ToLongs()) : (Padded(x, window, 0), Zeros(window));
        var (strides, dilations) = (window.Strides.ToLongs(), window.Dilations.ToLongs());
        return window.Rank switch
        {
            1 => F.conv1d(padded, weight, bias, strides[0], pads[0], dilations[0], groups),
            2 => F.conv2d(padded, weight, bias, strides, pads, dilations, groups),
            3 => F.conv3d(padded, weight, bias, strides, pads, dilations, groups),
            _ => throw new NotSupportedException($"A convolution over {window.Rank} axes has no form in torch."),
        };
    }

    public static Tensor MaxPool(Tensor x, SlidingWindow window)
    {
        var (padded, pads) = Prepared(x, window);
        var (kernel, strides, dilations) = (window.Kernel.ToLongs(), window.Strides.ToLongs(), window.Dilations.ToLongs());
        return window.Rank switch
        {
            1 => F.max_pool1d(padded, kernel[0], strides[0], pads[0], dilations[0]),
            2 => F.max_pool2d(padded, kernel, strides, pads, dilations),
            3 => F.max_pool3d(padded, kernel, strides, pads, dilations),
            _ => throw new NotSupportedException($"Pooling over {window.Rank} axes has no form in torch."),
        };
    }

    // torch counts within the padded plane of a channel; the standard within the whole input, unpadded.
    public static Tensor MaxPoolIndices(Tensor x, SlidingWindow window, IndexOrder order)
    {
        var padded = Padded(x, window, double.NegativeInfinity);
        var (kernel, strides, dilations) = (window.Kernel.ToLongs(), window.Strides.ToLongs(), window.Dilations.ToLongs());
        var flat = window.Rank switch
        {
            1 => F.max_pool1d_with_indices(padded, kernel[0], strides[0], 0, dilations[0]).indices,
            2 => F.max_pool2d_with_indices(padded, kernel, strides, Zeros(window), dilations).indices,
            3 => F.max_pool3d_with_indices(padded, kernel, strides, Zeros(window), dilations).indices,
            _ => throw new NotSupportedException($"Pooling over {window.Rank} axes has no form in torch."),
        };
        var (extents, paddedExtents) = (x.shape[2..], padded.shape[2..]);
        var place = zeros_like(flat);
        var (stride, paddedStride) = (1L, 1L);
        var columnStrides = extents.Select((_, axis) => extents.Take(axis).Aggregate(1L, (product, extent) => product * extent)).ToArray();
        for (var axis = window.Rank - 1; axis >= 0; axis--)
        {
            var coordinate = flat.div(paddedStride, RoundingMode.floor).remainder(paddedExtents[axis]) - window.PadsBefore[axis];
            place += coordinate * (order == IndexOrder.RowMajor ? stride : columnStrides[axis]);
            (stride, paddedStride) = (stride * extents[axis], paddedStride * paddedExtents[axis]);
        }
        var plane = arange(x.shape[0] * x.shape[1], ScalarType.Int64, x.device).reshape([x.shape[0], x.shape[1], .. Enumerable.Repeat(1L, window.Rank)]);
        return place + plane * stride;
    }

    public static Tensor AveragePool(Tensor x, SlidingWindow window, PoolPadding padding)
    {
        if (window.IsSymmetric && Fits(window))
            return Average(x, window, window.PadsBefore.ToLongs(), padding);
        var mean = Average(Padded(x, window, 0), window, Zeros(window), PoolPadding.Included);
        if (padding == PoolPadding.Included)
            return mean;
        // The share of each window that lies in the input.
        var share = Average(Padded(ones_like(x.detach()), window, 0), window, Zeros(window), PoolPadding.Included);
        return mean / share;
    }

    public static Tensor Pad(Tensor x, PadOperator pad)
    {
        if (pad.Mode == PadMode.Constant)
        {
            // From the last axis to the first, before and after.
            var pads = Enumerable.Range(0, pad.Before.Count).Reverse().SelectMany(axis => new long[] { pad.Before[axis], pad.After[axis] }).ToArray();
            return F.pad(x, pads, TorchSharp.PaddingModes.Constant, pad.Value);
        }
        for (var axis = 0; axis < pad.Before.Count; axis++)
        {
            if (pad.Before[axis] == 0 && pad.After[axis] == 0)
                continue;
            var last = x.shape[axis] - 1;
            var places = Enumerable.Range(-pad.Before[axis], (int)(x.shape[axis] + pad.Before[axis] + pad.After[axis]))
                .Select(place => pad.Mode == PadMode.Edge ? Math.Clamp(place, 0, last) : place < 0 ? -(long)place : place > last ? 2 * last - place : place).ToArray();
            x = x.index_select(axis, tensor(places, device: x.device));
        }
        return x;
    }

    private static Tensor Average(Tensor x, SlidingWindow window, long[] pads, PoolPadding padding)
    {
        var (kernel, strides, included) = (window.Kernel.ToLongs(), window.Strides.ToLongs(), padding == PoolPadding.Included);
        return window.Rank switch
        {
            1 => F.avg_pool1d(x, kernel[0], strides[0], pads[0], count_include_pad: included),
            2 => F.avg_pool2d(x, kernel, strides, pads, count_include_pad: included),
            3 => F.avg_pool3d(x, kernel, strides, pads, count_include_pad: included),
            _ => throw new NotSupportedException($"Pooling over {window.Rank} axes has no form in torch."),
        };
    }

    private static (Tensor Padded, long[] Pads) Prepared(Tensor x, SlidingWindow window) => window.IsSymmetric && Fits(window)
        ? (x, window.PadsBefore.ToLongs())
        : (Padded(x, window, double.NegativeInfinity), Zeros(window));

    private static bool Fits(SlidingWindow window) => Enumerable.Range(0, window.Rank).All(axis => window.PadsBefore[axis] <= window.Kernel[axis] / 2);

    private static Tensor Padded(Tensor x, SlidingWindow window, double value) =>
        F.pad(x, [.. Enumerable.Range(0, window.Rank).Reverse().SelectMany(axis => new long[] { window.PadsBefore[axis], window.PadsAfter[axis] })], TorchSharp.PaddingModes.Constant, value);

    private static long[] Zeros(SlidingWindow window) => new long[window.Rank];
}
