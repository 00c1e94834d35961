using Ballast.Core;
using Ballast.Robustness.Faults.Integer;

namespace Ballast.Robustness.Faults.Accelerator;

/// <summary>Runs a network with one flip in the accelerator: from the struck layer on, and only until activations are the fault-free ones again.</summary>
/// <remarks>
/// A wrong weight or input changes accumulators by a rank-one term, exact in integers: golden + (w' - w)(x - zp) at the positions struck. Nothing is allocated after construction.
/// </remarks>
public sealed class AcceleratorProbe : IFaultProbe
{
    private readonly AcceleratorTarget target;
    private readonly QuantizedNetwork network;
    private readonly LayerScratch scratch;
    private readonly int[] stageOf;                 // layer -> stage
    private readonly sbyte[][] golden;              // golden[s]: input of stage s; the last: the result
    private readonly sbyte[][] faulty;
    private readonly int[][] sums;                  // fault-free accumulators by layer
    private readonly float[] goldenScores;
    private int prepared;

    internal AcceleratorProbe(AcceleratorTarget target)
    {
        (this.target, network) = (target, target.Network);
        scratch = LayerScratch.For(network);
        golden = [new sbyte[network.Inputs], .. network.Stages.Select(stage => new sbyte[stage.Outputs])];
        faulty = [.. golden.Select(activations => new sbyte[activations.Length])];
        sums = [.. network.Layers.Select(layer => new int[layer.Outputs])];
        stageOf = [.. network.Layers.Select(layer => network.Stages.ToList().IndexOf(layer))];
        goldenScores = new float[network.Outputs];
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> Golden => goldenScores;

    /// <summary>The int8 result of the last faulty run, or of the fault-free one where that run was masked.</summary>
    public ReadOnlySpan<sbyte> Result => faulty[^1];

    /// <summary>Accumulators of a layer without a fault, [channels, positions].</summary>
    public ReadOnlySpan<int> AccumulatorsOf(int layer) => sums[layer];

    /// <summary>Result without a fault.</summary>
    public ReadOnlySpan<sbyte> GoldenResult => golden[^1];

    /// <inheritdoc/>
    public void Prepare(ReadOnlySpan<float> input)
    {
        Guard.SameLength(network.Inputs, input.Length, nameof(network.Inputs), nameof(input));
        network.Input.Quantize(input, golden[0]);
        RunGolden();
    }

    /// <summary>Runs an input that is int8 already.</summary>
    public void Prepare(ReadOnlySpan<sbyte> input)
    {
        Guard.SameLength(network.Inputs, input.Length, nameof(network.Inputs), nameof(input));
        input.CopyTo(golden[0]);
        RunGolden();
    }

    /// <inheritdoc/>
    public FaultEffect Inject(int stratum, long site, Span<float> scores)
    {
        var effect = Inject(target.Decode(stratum, site));
        if (effect == FaultEffect.Scores)
            network.Output.Dequantize(faulty[^1], scores);
        return effect;
    }

    /// <summary>Runs the prepared input with one fault.</summary>
    /// <exception cref="InvalidOperationException">No input has been prepared.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The fault lies outside the network.</exception>
    public FaultEffect Inject(AcceleratorFault fault)
    {
        if (prepared == 0)
            throw new InvalidOperationException("No input has been prepared.");
        Guard.InRange(fault.Layer, 0, network.Layers.Count - 1, nameof(fault));
        Guard.InRange(fault.Bit, 0, AcceleratorModel.WidthOf(fault.Unit) - 1, nameof(fault));
        if (fault.Hangs)
            return FaultEffect.Hang;
        var stage = stageOf[fault.Layer];
        var output = faulty[stage + 1].AsSpan();
        golden[stage + 1].CopyTo(output);
        Strike(fault, network.Layers[fault.Layer], golden[stage], sums[fault.Layer], output);
        for (; ; stage++)
        {
            if (faulty[stage + 1].AsSpan().SequenceEqual(golden[stage + 1]))
            {
                golden[^1].CopyTo(faulty[^1].AsSpan());
                return FaultEffect.Masked;
            }
            if (stage + 1 == network.Stages.Count)
                return FaultEffect.Scores;
            network.Stages[stage + 1].Run(faulty[stage + 1], faulty[stage + 2], scratch);
        }
    }

    /// <summary>Nothing to release.</summary>
    public void Dispose()
    {
    }

    private void RunGolden()
    {
        prepared = 1;
        var layer = 0;
        for (var s = 0; s < network.Stages.Count; s++)
            if (network.Stages[s] is QuantizedLayer own)
            {
                own.Accumulate(golden[s], sums[layer], scratch);
                own.Requantize(sums[layer++], golden[s + 1]);
            }
            else
            {
                network.Stages[s].Run(golden[s], golden[s + 1], scratch);
            }
        network.Output.Dequantize(golden[^1], goldenScores);
        golden[^1].CopyTo(faulty[^1].AsSpan());
    }

    private void Strike(AcceleratorFault fault, QuantizedLayer layer, ReadOnlySpan<sbyte> input, ReadOnlySpan<int> sums, Span<sbyte> output)
    {
        var (bit, positions) = (fault.Bit, layer.Positions);
        switch (fault.Unit)
        {
            case NpuUnit.WeightBuffer: WrongWeight(fault, layer, input, sums, output, 0, positions); break;
            case NpuUnit.WeightRegister:
                var first = fault.Tile * AcceleratorModel.TilePositions;
                WrongWeight(fault, layer, input, sums, output, first, Math.Min(positions, first + AcceleratorModel.TilePositions));
                break;
            case NpuUnit.ActivationBuffer: WrongElement(fault, layer, input, sums, output); break;
            case NpuUnit.InputRegister: WrongInput(fault, layer, input, sums, output); break;
            case NpuUnit.Accumulator:
                var at = fault.Output * positions + fault.Position;
                var partial = layer.Partial(input, fault.Output, fault.Position, fault.Step);
                output[at] = layer.Registers.Apply(layer.Scale(fault.Output).Apply(sums[at] - partial + (partial ^ (1 << bit))));
                break;
            case NpuUnit.OutputRegister: output[fault.Output * positions + fault.Position] ^= (sbyte)(1 << bit); break;
            case NpuUnit.ScaleMantissa: Rescale(layer, fault.Output, layer.Scale(fault.Output) with { Mantissa = layer.Scale(fault.Output).Mantissa ^ (1 << bit) }, layer.Registers, sums, output); break;
            case NpuUnit.ScaleShift: Rescale(layer, fault.Output, layer.Scale(fault.Output) with { Shift = layer.Scale(fault.Output).Shift ^ (1 << bit) }, layer.Registers, sums, output); break;
            case NpuUnit.Sequencer:
                var (begin, end) = target.Sites[fault.Layer].ChannelsOf(fault.Group);
                output[(begin * positions)..(end * positions)].Fill(layer.Registers.Zero);
                break;
            default:
                for (var k = 0; k < layer.Channels; k++)
                    Rescale(layer, k, layer.Scale(k), Wrong(layer.Registers, fault.Unit, bit), sums, output);
                break;
        }
    }

    private static LayerRegisters Wrong(LayerRegisters right, NpuUnit unit, int bit)
    {
        var mask = (sbyte)(1 << bit);
        return unit switch
        {
            NpuUnit.ConfigZero => right with { Zero = (sbyte)(right.Zero ^ mask) },
            NpuUnit.ConfigMin => right with { Min = (sbyte)(right.Min ^ mask) },
            _ => right with { Max = (sbyte)(right.Max ^ mask) },
        };
    }

    private static void WrongWeight(AcceleratorFault fault, QuantizedLayer layer, ReadOnlySpan<sbyte> input, ReadOnlySpan<int> sums, Span<sbyte> output, int first, int end)
    {
        var (k, weight) = (fault.Output, layer.Weight(fault.Output, fault.Input));
        var change = BitFlip.Of(weight, fault.Bit) - weight;
        var (scale, group) = (layer.Scale(k), k / (layer.Channels / layer.Groups));
        for (var position = first; position < end; position++)
        {
            var at = k * layer.Positions + position;
            output[at] = layer.Registers.Apply(scale.Apply(sums[at] + change * layer.Factor(input, group, position, fault.Input)));
        }
    }

    private static void WrongInput(AcceleratorFault fault, QuantizedLayer layer, ReadOnlySpan<sbyte> input, ReadOnlySpan<int> sums, Span<sbyte> output, int first, int end)
    {
        var source = layer.SourceOf(first / (layer.Channels / layer.Groups), fault.Position, fault.Input);
        var right = source < 0 ? layer.InputZero : input[source];
        var change = BitFlip.Of(right, fault.Bit) - right;
        for (var k = first; k < end; k++)
        {
            var at = k * layer.Positions + fault.Position;
            output[at] = layer.Registers.Apply(layer.Scale(k).Apply(sums[at] + change * layer.Weight(k, fault.Input)));
        }
    }

    // The taps of one position meet different elements, so each use of an element is at another position.
    private static void WrongElement(AcceleratorFault fault, QuantizedLayer layer, ReadOnlySpan<sbyte> input, ReadOnlySpan<int> sums, Span<sbyte> output)
    {
        var (channel, element) = (fault.Input / layer.Map.Elements, fault.Input % layer.Map.Elements);
        var perGroup = layer.FanIn / layer.Map.Taps;
        var (group, place, channels) = (channel / perGroup, channel % perGroup * layer.Map.Taps, layer.Channels / layer.Groups);
        var change = BitFlip.Of(input[fault.Input], fault.Bit) - input[fault.Input];
        foreach (var use in layer.Map.UsesOf(element))
        {
            var (position, tap) = (use / layer.Map.Taps, use % layer.Map.Taps);
            for (var k = group * channels; k < (group + 1) * channels; k++)
            {
                var at = k * layer.Positions + position;
                output[at] = layer.Registers.Apply(layer.Scale(k).Apply(sums[at] + change * layer.Weight(k, place + tap)));
            }
        }
    }

    private static void Rescale(QuantizedLayer layer, int k, Requantization scale, LayerRegisters registers, ReadOnlySpan<int> sums, Span<sbyte> output)
    {
        for (var at = k * layer.Positions; at < (k + 1) * layer.Positions; at++)
            output[at] = registers.Apply(scale.Apply(sums[at]));
    }

    private void WrongInput(AcceleratorFault fault, QuantizedLayer layer, ReadOnlySpan<sbyte> input, ReadOnlySpan<int> sums, Span<sbyte> output)
    {
        var (first, end) = target.Sites[fault.Layer].ChannelsOf(fault.Group);
        WrongInput(fault, layer, input, sums, output, first, end);
    }
}
