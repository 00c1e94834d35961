namespace Ballast.Cli.Commands.Robustness;

/// <summary>What software does against faults.</summary>
internal enum FaultRemedy
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Activations are clamped to their calibrated range.</summary>
    RangeLimits,

    /// <summary>Weights are compared with checksums when they are loaded.</summary>
    Checksums,
}
