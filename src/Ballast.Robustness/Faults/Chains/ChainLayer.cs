using System.Numerics.Tensors;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Robustness.Faults.Integer;

namespace Ballast.Robustness.Faults.Chains;

/// <summary>A dense or convolutional layer: tensors weight [channels, fan-in] and, where there is one, bias [channels].</summary>
internal sealed class ChainLayer(string name, SlidingWindow? window, Extents input, SlidingMap map, int groups, GraphTensor weight, GraphTensor? bias)
    : ChainStep(name, input[0] * map.Elements, weight.Shape[0] * map.Positions)
{
    public int Channels => weight.Shape[0];

    public int FanIn => weight.Count / Channels;

    public int Groups => groups;

    /// <summary>Null for a dense layer.</summary>
    public SlidingWindow? Window => window;

    /// <summary>[c, ...].</summary>
    public Extents Input => input;

    public GraphTensor Weight => weight;

    public GraphTensor? Bias => bias;

    public override IReadOnlyList<GraphTensor> Tensors => bias is null ? [weight] : [weight, bias];

    public override void Run(ReadOnlySpan<float> x, Span<float> y, ReadOnlySpan<float[]> tensors, Span<float> scratch)
    {
        var (perGroup, channels, fanIn) = (Channels / groups, FanIn / map.Taps, FanIn);
        for (var group = 0; group < groups; group++)
            for (var position = 0; position < map.Positions; position++)
            {
                var column = scratch[..fanIn];
                var taps = map.At(position);
                for (var c = 0; c < channels; c++)
                    for (var t = 0; t < taps.Length; t++)
                        column[c * taps.Length + t] = taps[t] < 0 ? 0 : x[(group * channels + c) * map.Elements + taps[t]];
                for (var k = group * perGroup; k < (group + 1) * perGroup; k++)
                    y[k * map.Positions + position] = TensorPrimitives.Dot(tensors[0].AsSpan(k * fanIn, fanIn), column) + (bias is null ? 0 : tensors[1][k]);
            }
    }
}
