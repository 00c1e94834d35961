using Ballast.Core;

namespace Ballast.Robustness.Faults.Accelerator;

/// <summary>A functional model of an int8 accelerator: which bits it has and which of them are busy. Site counts are a model's, not a chip's.</summary>
public sealed record AcceleratorModel
{
    /// <summary>Inputs taken in a cycle, and weights of each channel.</summary>
    public const int InputsPerCycle = 8;

    /// <summary>Output positions that share a weight register's content.</summary>
    public const int TilePositions = 16;

    private readonly int parallelChannels = 4;
    private readonly double hangShare = 0.5;
    private readonly int sequencerBits = 32;

    /// <summary>Output channels P computed at a time: 4, 8, 16, 32 for 32, 64, 128, 256 multipliers; 4 by default.</summary>
    public int ParallelChannels
    {
        get => parallelChannels;
        init => parallelChannels = Guard.Positive(value, nameof(ParallelChannels));
    }

    /// <summary>Share of flips in the sequencer that hang, 0 to 1; 0.5 by default.</summary>
    public double HangShare
    {
        get => hangShare;
        init => hangShare = Guard.InRange(value, 0, 1, nameof(HangShare));
    }

    /// <summary>Bits of the sequencer; 32 by default.</summary>
    public int SequencerBits
    {
        get => sequencerBits;
        init => sequencerBits = Guard.Positive(value, nameof(SequencerBits));
    }

    /// <summary>When a flip in a buffer can strike a layer; while it is computed by default.</summary>
    public BufferExposure Exposure { get; init; } = BufferExposure.Busy;

    /// <summary>The units that are struck; all by default.</summary>
    public IReadOnlyList<NpuUnit> Units { get; init; } = Enum.GetValues<NpuUnit>();

    /// <summary>Stored bits of a unit that does not depend on the network; null for the two buffers.</summary>
    public int? RegisterBits(NpuUnit unit) => unit switch
    {
        NpuUnit.WeightBuffer or NpuUnit.ActivationBuffer => null,
        NpuUnit.WeightRegister => InputsPerCycle * ParallelChannels * 8,
        NpuUnit.InputRegister => InputsPerCycle * 8,
        NpuUnit.Accumulator or NpuUnit.ScaleMantissa => ParallelChannels * 32,
        NpuUnit.OutputRegister => ParallelChannels * 8,
        NpuUnit.ScaleShift => ParallelChannels * 6,
        NpuUnit.Sequencer => SequencerBits,
        _ => 8,
    };

    /// <summary>Bits of an element of a unit.</summary>
    public static int WidthOf(NpuUnit unit) => unit switch
    {
        NpuUnit.Accumulator or NpuUnit.ScaleMantissa => 32,
        NpuUnit.ScaleShift => 6,
        NpuUnit.Sequencer => 1,
        _ => 8,
    };
}
