using Ballast.Core;

namespace Ballast.Learning.Training.Sampling;

/// <summary>Chooses which samples an epoch shows, in which order.</summary>
/// <remarks>The order depends on the data, the seed and the epoch alone, so that a resumed run sees what the uninterrupted one would have seen.</remarks>
public abstract record Sampler
{
    /// <summary>How many samples an epoch draws from <paramref name="data"/>.</summary>
    public abstract int DrawsPerEpoch(Dataset data);

    /// <summary>Positions in <paramref name="data"/>, in the order in which they are shown.</summary>
    /// <param name="data">The training samples.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">Epoch from 0.</param>
    /// <param name="epochs">Epochs planned.</param>
    public abstract int[] Draw(Dataset data, int seed, int epoch, int epochs);
}
