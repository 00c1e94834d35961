using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Robustness.Faults.Integer;

namespace Ballast.Robustness.Faults.Chains;

/// <summary>Largest value or mean of each window.</summary>
internal sealed class ChainPool(string name, PoolKind kind, SlidingWindow window, Extents input, SlidingMap map) : ChainStep(name, input[0] * map.Elements, input[0] * map.Positions)
{
    public PoolKind Kind => kind;

    public SlidingWindow Window => window;

    public Extents Input => input;

    public override void Run(ReadOnlySpan<float> x, Span<float> y, ReadOnlySpan<float[]> tensors, Span<float> scratch)
    {
        for (var c = 0; c < input[0]; c++)
            for (var position = 0; position < map.Positions; position++)
            {
                var (sum, largest, count) = (0f, float.NegativeInfinity, 0);
                foreach (var tap in map.At(position))
                {
                    if (tap < 0 && kind != PoolKind.MeanWithPadding)
                        continue;
                    var value = tap < 0 ? 0 : x[c * map.Elements + tap];
                    (sum, largest, count) = (sum + value, value > largest || float.IsNaN(value) ? value : largest, count + 1);
                }
                y[c * map.Positions + position] = kind == PoolKind.Largest ? largest : count == 0 ? 0 : sum / count;
            }
    }
}
