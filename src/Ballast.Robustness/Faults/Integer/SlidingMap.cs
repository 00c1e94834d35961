using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;

namespace Ballast.Robustness.Faults.Integer;

/// <summary>Which element of a channel each tap of a window meets at each position, and the other way round.</summary>
internal sealed class SlidingMap
{
    private readonly int[] source;       // [position, tap] -> element of the channel, -1 for padding
    private readonly int[] useStart;     // [element + 1] -> uses
    private readonly int[] uses;         // position * taps + tap

    public SlidingMap(SlidingWindow window, Extents spatial)
    {
        var output = window.OutputExtents(spatial.AsSpan());
        (Positions, Taps, Elements) = ((int)output.Product, (int)window.Kernel.Product, (int)spatial.Product);
        source = new int[checked(Positions * Taps)];
        for (var position = 0; position < Positions; position++)
            for (var tap = 0; tap < Taps; tap++)
                source[position * Taps + tap] = SourceOf(window, spatial, output, position, tap);
        useStart = new int[Elements + 1];
        foreach (var element in source)
            if (element >= 0)
                useStart[element + 1]++;
        for (var element = 0; element < Elements; element++)
            useStart[element + 1] += useStart[element];
        uses = new int[useStart[Elements]];
        var next = useStart.AsSpan(0, Elements).ToArray();
        for (var use = 0; use < source.Length; use++)
            if (source[use] >= 0)
                uses[next[source[use]]++] = use;
    }

    private SlidingMap()
    {
        (Positions, Taps, Elements) = (1, 1, 1);
        (source, useStart, uses) = ([0], [0, 1], [0]);
    }

    /// <summary>One tap at one position: a dense layer is a convolution of this window over as many channels as it has inputs.</summary>
    public static SlidingMap Single { get; } = new();

    public int Positions { get; }

    public int Taps { get; }

    /// <summary>Elements of a channel of the input.</summary>
    public int Elements { get; }

    public ReadOnlySpan<int> At(int position) => source.AsSpan(position * Taps, Taps);

    /// <summary>Where an element is used, each as position * Taps + tap.</summary>
    public ReadOnlySpan<int> UsesOf(int element) => uses.AsSpan(useStart[element], useStart[element + 1] - useStart[element]);

    private static int SourceOf(SlidingWindow window, Extents spatial, Extents output, int position, int tap)
    {
        var (element, stride) = (0, 1);
        for (var axis = spatial.Count - 1; axis >= 0; axis--)
        {
            var at = position % output[axis] * window.Strides[axis] - window.PadsBefore[axis] + tap % window.Kernel[axis] * window.Dilations[axis];
            if (at < 0 || at >= spatial[axis])
                return -1;
            element += at * stride;
            stride *= spatial[axis];
            position /= output[axis];
            tap /= window.Kernel[axis];
        }
        return element;
    }
}
