namespace Ballast.Exchange.Networks.Operators;

/// <summary>How a kernel slides over the spatial axes of [n, channels, ...]: one number an axis in each list.</summary>
/// <param name="Kernel">Extents of the kernel, at least 1.</param>
/// <param name="Strides">Steps between neighbouring results, at least 1.</param>
/// <param name="Dilations">Steps between neighbouring taps of the kernel, at least 1.</param>
/// <param name="PadsBefore">Padding before the first element, at least 0.</param>
/// <param name="PadsAfter">Padding after the last element, at least 0. ONNX's automatic padding and rounding up are written out here.</param>
public sealed record SlidingWindow(Extents Kernel, Extents Strides, Extents Dilations, Extents PadsBefore, Extents PadsAfter)
{
    /// <summary>Number of spatial axes.</summary>
    public int Rank => Kernel.Count;

    /// <summary>Whether padding is the same on both sides of each axis.</summary>
    public bool IsSymmetric => PadsBefore.Equals(PadsAfter);

    /// <summary>A window that is the same along each axis.</summary>
    public static SlidingWindow Uniform(Extents kernel, int stride = 1, int padding = 0, int dilation = 1)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        var pads = Extents.Repeat(padding, kernel.Count);
        return new SlidingWindow(kernel, Extents.Repeat(stride, kernel.Count), Extents.Repeat(dilation, kernel.Count), pads, pads);
    }

    /// <summary>Number of results along each axis of an input with these spatial extents.</summary>
    /// <exception cref="ArgumentException">The window does not fit.</exception>
    public Extents OutputExtents(ReadOnlySpan<int> input)
    {
        if (input.Length != Rank || Strides.Count != Rank || Dilations.Count != Rank || PadsBefore.Count != Rank || PadsAfter.Count != Rank)
            throw new ArgumentException($"A window of {Rank} axes ({this}) cannot slide over {input.Length} axes.");
        var output = new int[Rank];
        for (var axis = 0; axis < Rank; axis++)
        {
            if (Kernel[axis] < 1 || Strides[axis] < 1 || Dilations[axis] < 1 || PadsBefore[axis] < 0 || PadsAfter[axis] < 0 || input[axis] == Extents.Batch)
                throw new ArgumentException($"{this} is no window.");
            var room = (long)input[axis] + PadsBefore[axis] + PadsAfter[axis] - ((long)Dilations[axis] * (Kernel[axis] - 1) + 1);
            output[axis] = room >= 0 && room <= int.MaxValue ? (int)(room / Strides[axis]) + 1
                : throw new ArgumentException($"{this} does not fit into {input[axis]} elements of spatial axis {axis}.");
        }
        return Extents.Of(output);
    }

    /// <summary>Such as <c>kernel [3, 3], strides [1, 1], dilations [1, 1], pads [1, 1] to [1, 1]</c>.</summary>
    public override string ToString() => $"kernel {Kernel}, strides {Strides}, dilations {Dilations}, pads {PadsBefore} to {PadsAfter}";
}
