using Ballast.Core;

namespace Ballast.Learning.Training.Sampling;

/// <summary>Every sample once an epoch, in random order.</summary>
public sealed record InstanceSampler : Sampler
{
    /// <inheritdoc/>
    public override int DrawsPerEpoch(Dataset data) => data.Count;

    /// <inheritdoc/>
    public override int[] Draw(Dataset data, int seed, int epoch, int epochs) => RandomStream.For(seed, "instance sampler", epoch).Permutation(data.Count);
}
