using Ballast.Robustness.Faults.Integer;

namespace Ballast.Robustness.Faults.Accelerator;

/// <summary>The fault sites of one layer on an accelerator: how many of each unit, and which is the s-th.</summary>
internal sealed class LayerSites(QuantizedLayer layer, int index, AcceleratorModel model)
{
    // HangShare is kept to a thousandth.
    private const int SequencerSlots = 1000;

    private readonly int perGroup = layer.Channels / layer.Groups;
    private readonly int tiles = (layer.Positions + AcceleratorModel.TilePositions - 1) / AcceleratorModel.TilePositions;

    private int GroupsPerConvolutionGroup => (perGroup + model.ParallelChannels - 1) / model.ParallelChannels;

    /// <summary>Groups of P channels that are computed together.</summary>
    public int ChannelGroups => layer.Groups * GroupsPerConvolutionGroup;

    /// <summary>Cycles that the layer takes.</summary>
    public long Cycles => ChannelGroups * (((long)layer.FanIn + AcceleratorModel.InputsPerCycle - 1) / AcceleratorModel.InputsPerCycle) * layer.Positions;

    public long Count(NpuUnit unit) => AcceleratorModel.WidthOf(unit) * (unit switch
    {
        NpuUnit.WeightBuffer => (long)layer.Channels * layer.FanIn,
        NpuUnit.WeightRegister => (long)layer.Channels * layer.FanIn * tiles,
        NpuUnit.ActivationBuffer => layer.Inputs,
        NpuUnit.InputRegister => (long)layer.FanIn * ChannelGroups * layer.Positions,
        NpuUnit.Accumulator => (long)layer.Outputs * layer.FanIn,
        NpuUnit.OutputRegister => layer.Outputs,
        NpuUnit.ScaleMantissa or NpuUnit.ScaleShift => layer.Channels,
        NpuUnit.Sequencer => (long)ChannelGroups * SequencerSlots,
        _ => 1,
    });

    public AcceleratorFault Decode(NpuUnit unit, long site)
    {
        var width = AcceleratorModel.WidthOf(unit);
        var (rest, bit) = (site / width, (int)(site % width));
        switch (unit)
        {
            case NpuUnit.WeightBuffer: return new(unit, index, bit, Output: (int)(rest / layer.FanIn), Input: (int)(rest % layer.FanIn));
            case NpuUnit.WeightRegister:
                var weight = rest / tiles;
                return new(unit, index, bit, Output: (int)(weight / layer.FanIn), Input: (int)(weight % layer.FanIn), Tile: (int)(rest % tiles));
            case NpuUnit.ActivationBuffer: return new(unit, index, bit, Input: (int)rest);
            case NpuUnit.InputRegister:
                var slot = rest / layer.Positions;
                return new(unit, index, bit, Input: (int)(slot % layer.FanIn), Group: (int)(slot / layer.FanIn), Position: (int)(rest % layer.Positions));
            case NpuUnit.Accumulator:
                var sum = rest / layer.FanIn;
                return new(unit, index, bit, Output: (int)(sum / layer.Positions), Position: (int)(sum % layer.Positions), Step: (int)(rest % layer.FanIn));
            case NpuUnit.OutputRegister: return new(unit, index, bit, Output: (int)(rest / layer.Positions), Position: (int)(rest % layer.Positions));
            case NpuUnit.Sequencer: return new(unit, index, 0, Group: (int)(rest / SequencerSlots), Hangs: rest % SequencerSlots < model.HangShare * SequencerSlots);
            default: return new(unit, index, bit, Output: (int)rest);
        }
    }

    /// <summary>First channel of a channel group and the one after its last.</summary>
    public (int First, int End) ChannelsOf(int group)
    {
        var (convolutionGroup, own) = (group / GroupsPerConvolutionGroup, group % GroupsPerConvolutionGroup);
        var first = convolutionGroup * perGroup + own * model.ParallelChannels;
        return (first, Math.Min(first + model.ParallelChannels, (convolutionGroup + 1) * perGroup));
    }
}
