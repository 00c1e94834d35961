namespace Ballast.Robustness.Faults.Storage;

/// <summary>What one upset does to a stored word.</summary>
public enum FlipPattern
{
    /// <summary>One bit flips.</summary>
    SingleBit,

    /// <summary>Two neighbouring bits flip: what remains of upsets in memory whose code corrects single flips (SEC-DED).</summary>
    AdjacentPair,
}
