using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;

namespace Ballast.Robustness.Faults.Integer;

/// <summary>A dense or convolutional layer in int8: y = max(qmin, min(qmax, zp_y + round(M_k (bias_k + sum of w_ki (x_i - zp_x))))).</summary>
/// <remarks>
/// Weights are symmetric, one scale a channel; the accumulator is an int32 that wraps. A convolution is the same by columns of its input; padding holds zp_x. A dense layer is a
/// convolution of one tap at one position. Outputs stand in [channel, position] order.
/// </remarks>
public sealed class QuantizedLayer : QuantizedStage
{
    private readonly sbyte[] weights;                     // [channels, fan-in]
    private readonly short[] rows;                        // [channels, padded fan-in]
    private readonly int[] bias;
    private readonly Requantization[] scales;
    private readonly int padded;

    private QuantizedLayer(
        string name, SlidingMap map, int inputChannels, int groups, ReadOnlySpan<sbyte> weights, ReadOnlySpan<int> bias, sbyte inputZero, ReadOnlySpan<Requantization> scales, LayerRegisters registers)
        : base(name, inputChannels * map.Elements, bias.Length * map.Positions)
    {
        if (bias.IsEmpty || bias.Length % groups != 0 || inputChannels % groups != 0)
            throw new ArgumentException($"Layer '{name}': {inputChannels} channels to {bias.Length} in {groups} groups.", nameof(groups));
        Guard.SameLength(bias.Length, scales.Length, nameof(bias), nameof(scales));
        (Map, Channels, Groups, FanIn) = (map, bias.Length, groups, inputChannels / groups * map.Taps);
        Guard.SameLength(Channels * FanIn, weights.Length, "channels times fan-in", nameof(weights));
        (this.weights, this.bias, this.scales, InputZero, Registers) = (weights.ToArray(), bias.ToArray(), scales.ToArray(), inputZero, registers);
        padded = IntegerKernels.Padded(FanIn);
        rows = new short[Channels * padded];
        for (var k = 0; k < Channels; k++)
            for (var i = 0; i < FanIn; i++)
                rows[k * padded + i] = weights[k * FanIn + i];
    }

    /// <summary>Output channels K.</summary>
    public int Channels { get; }

    /// <summary>Products a sum.</summary>
    public int FanIn { get; }

    /// <summary>Output positions; 1 for a dense layer.</summary>
    public int Positions => Map.Positions;

    /// <summary>Groups of channels that do not see each other.</summary>
    public int Groups { get; }

    /// <summary>Zero point of the input.</summary>
    public sbyte InputZero { get; }

    /// <summary>Zero point and limits of the output.</summary>
    public LayerRegisters Registers { get; }

    internal SlidingMap Map { get; }

    internal int ColumnLength => padded;

    /// <summary>A dense layer.</summary>
    /// <param name="name">Name of the node.</param>
    /// <param name="weights">[out, in].</param>
    /// <param name="bias">[out], in units of the accumulator.</param>
    /// <param name="inputZero">Zero point of the input.</param>
    /// <param name="scales">M_k, [out].</param>
    /// <param name="registers">Zero point and limits of the output.</param>
    /// <exception cref="ArgumentException">Lengths do not fit.</exception>
    public static QuantizedLayer Dense(string name, ReadOnlySpan<sbyte> weights, ReadOnlySpan<int> bias, sbyte inputZero, ReadOnlySpan<Requantization> scales, LayerRegisters registers) =>
        new(name, SlidingMap.Single, bias.IsEmpty ? 0 : weights.Length / bias.Length, 1, weights, bias, inputZero, scales, registers);

    /// <summary>A convolution.</summary>
    /// <param name="name">Name of the node.</param>
    /// <param name="window">How the kernel slides.</param>
    /// <param name="input">[c, ...] of the input.</param>
    /// <param name="groups">Groups of channels.</param>
    /// <param name="weights">[out, c / groups, kernel...].</param>
    /// <param name="bias">[out], in units of the accumulator.</param>
    /// <param name="inputZero">Zero point of the input.</param>
    /// <param name="scales">M_k, [out].</param>
    /// <param name="registers">Zero point and limits of the output.</param>
    /// <exception cref="ArgumentException">Lengths do not fit.</exception>
    public static QuantizedLayer Convolution(
        string name, SlidingWindow window, Extents input, int groups, ReadOnlySpan<sbyte> weights, ReadOnlySpan<int> bias, sbyte inputZero, ReadOnlySpan<Requantization> scales, LayerRegisters registers)
    {
        ArgumentNullException.ThrowIfNull(window);
        ArgumentNullException.ThrowIfNull(input);
        return new(name, new SlidingMap(window, input.Skip(1)), input[0], groups, weights, bias, inputZero, scales, registers);
    }

    /// <summary>A weight: output channel, place in its sum.</summary>
    public sbyte Weight(int channel, int input) => weights[channel * FanIn + input];

    /// <summary>How a channel's accumulator is scaled.</summary>
    public Requantization Scale(int channel) => scales[channel];

    internal override void Run(ReadOnlySpan<sbyte> input, Span<sbyte> output, LayerScratch scratch)
    {
        var sums = scratch.Accumulators.AsSpan(0, Outputs);
        Accumulate(input, sums, scratch);
        Requantize(sums, output);
    }

    /// <summary>The accumulators of every channel at every position, [channels, positions].</summary>
    internal void Accumulate(ReadOnlySpan<sbyte> input, Span<int> sums, LayerScratch scratch)
    {
        var column = scratch.Columns.AsSpan(0, padded);
        column[FanIn..].Clear();
        var perGroup = Channels / Groups;
        for (var group = 0; group < Groups; group++)
        {
            var own = rows.AsSpan(group * perGroup * padded, perGroup * padded);
            var start = bias.AsSpan(group * perGroup, perGroup);
            for (var position = 0; position < Positions; position++)
            {
                Gather(input, group, position, column);
                IntegerKernels.Multiply(own, column, start, sums[(group * perGroup * Positions + position)..], Positions);
            }
        }
    }

    internal void Requantize(ReadOnlySpan<int> sums, Span<sbyte> output)
    {
        for (var k = 0; k < Channels; k++)
        {
            var scale = scales[k];
            for (var i = k * Positions; i < (k + 1) * Positions; i++)
                output[i] = Registers.Apply(scale.Apply(sums[i]));
        }
    }

    /// <summary>The element of the input tensor that a product of a sum takes; -1 for padding.</summary>
    internal int SourceOf(int group, int position, int input)
    {
        var element = Map.At(position)[input % Map.Taps];
        return element < 0 ? -1 : (group * (FanIn / Map.Taps) + input / Map.Taps) * Map.Elements + element;
    }

    /// <summary>x - zp_x of a product of a sum.</summary>
    internal int Factor(ReadOnlySpan<sbyte> input, int group, int position, int tap)
    {
        var element = SourceOf(group, position, tap);
        return element < 0 ? 0 : input[element] - InputZero;
    }

    /// <summary>The accumulator after product <paramref name="step"/>: the bias enters first, products follow in input order.</summary>
    internal int Partial(ReadOnlySpan<sbyte> input, int channel, int position, int step)
    {
        var (sum, group) = (bias[channel], channel / (Channels / Groups));
        var own = weights.AsSpan(channel * FanIn, step + 1);
        if (Map.Positions == 1 && Map.Taps == 1)
        {
            var x = input.Slice(group * FanIn, step + 1);
            for (var i = 0; i < own.Length; i++)
                sum += own[i] * (x[i] - InputZero);
            return sum;
        }
        for (var i = 0; i < own.Length; i++)
            sum += own[i] * Factor(input, group, position, i);
        return sum;
    }

    /// <summary>Feeds everything that decides the layer's arithmetic into a hash.</summary>
    internal void AppendTo(IncrementalHash hash)
    {
        hash.AppendData(MemoryMarshal.AsBytes<sbyte>(weights));
        hash.AppendData(MemoryMarshal.AsBytes<int>(bias));
        hash.AppendData(MemoryMarshal.AsBytes<Requantization>(scales));
        hash.AppendData([(byte)InputZero]);
    }

    private void Gather(ReadOnlySpan<sbyte> input, int group, int position, Span<short> column)
    {
        var (channels, elements) = (FanIn / Map.Taps, Map.Elements);
        var taps = Map.At(position);
        if (taps.Length == 1 && elements == 1)
        {
            for (var i = 0; i < channels; i++)
                column[i] = (short)(input[group * channels + i] - InputZero);
            return;
        }
        for (var c = 0; c < channels; c++)
        {
            var plane = input.Slice((group * channels + c) * elements, elements);
            var own = column.Slice(c * taps.Length, taps.Length);
            for (var t = 0; t < taps.Length; t++)
                own[t] = taps[t] < 0 ? (short)0 : (short)(plane[taps[t]] - InputZero);
        }
    }
}
