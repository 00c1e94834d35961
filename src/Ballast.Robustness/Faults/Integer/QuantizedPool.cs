using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;

namespace Ballast.Robustness.Faults.Integer;

/// <summary>Pooling in int8; the scale stays. A mean is rounded to nearest, halves up.</summary>
public sealed class QuantizedPool : QuantizedStage
{
    private readonly SlidingMap map;
    private readonly int channels;
    private readonly PoolKind kind;
    private readonly sbyte zero;

    /// <summary>Pools each channel.</summary>
    /// <param name="name">Name of the node.</param>
    /// <param name="kind">Largest value or mean.</param>
    /// <param name="window">How the window slides.</param>
    /// <param name="input">[c, ...] of the input.</param>
    /// <param name="zero">Zero point, which padding holds where it counts in a mean.</param>
    /// <exception cref="ArgumentException">The window does not fit.</exception>
    public QuantizedPool(string name, PoolKind kind, SlidingWindow window, Extents input, sbyte zero) : this(name, kind, new SlidingMap(window, input.Skip(1)), input[0], zero)
    {
    }

    private QuantizedPool(string name, PoolKind kind, SlidingMap map, int channels, sbyte zero) : base(name, channels * map.Elements, channels * map.Positions) =>
        (this.map, this.channels, this.kind, this.zero) = (map, channels, kind, zero);

    internal override void Run(ReadOnlySpan<sbyte> input, Span<sbyte> output, LayerScratch scratch)
    {
        for (var c = 0; c < channels; c++)
        {
            var plane = input.Slice(c * map.Elements, map.Elements);
            var own = output.Slice(c * map.Positions, map.Positions);
            for (var position = 0; position < own.Length; position++)
                own[position] = Pool(plane, map.At(position));
        }
    }

    private sbyte Pool(ReadOnlySpan<sbyte> plane, ReadOnlySpan<int> taps)
    {
        var (sum, largest, count) = (0, sbyte.MinValue, 0);
        foreach (var tap in taps)
        {
            if (tap < 0 && kind != PoolKind.MeanWithPadding)
                continue;
            var value = tap < 0 ? zero : plane[tap];
            (sum, largest, count) = (sum + value, Math.Max(largest, value), count + 1);
        }
        // A window of padding alone has no mean: zero stands for it.
        return kind == PoolKind.Largest ? largest : count == 0 ? zero : (sbyte)FloorDivide(2 * sum + count, 2 * count);
    }

    private static int FloorDivide(int a, int b) => a >= 0 ? a / b : -((-a + b - 1) / b);
}
