namespace Ballast.Cli.Commands.Robustness;

/// <summary>What faults strike.</summary>
internal enum FaultTargetKind
{
    /// <summary>The buffers, registers and control of an int8 accelerator.</summary>
    Accelerator,

    /// <summary>The stored weights.</summary>
    Weights,
}
