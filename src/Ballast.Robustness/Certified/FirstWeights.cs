namespace Ballast.Robustness.Certified;

/// <summary>Where certified training begins.</summary>
public enum FirstWeights
{
    /// <summary>The weights that the network comes with.</summary>
    Kept,

    /// <summary>Drawn anew by <see cref="IbpInitializer"/> and the run's seed, the last layer and biases apart.</summary>
    Ibp,
}
