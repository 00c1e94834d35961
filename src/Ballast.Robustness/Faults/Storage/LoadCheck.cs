namespace Ballast.Robustness.Faults.Storage;

/// <summary>What is looked at when stored weights are loaded.</summary>
public enum LoadCheck
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A checksum of each tensor (<see cref="WeightChecksums"/>): what has flipped before is detected.</summary>
    Checksums,
}
