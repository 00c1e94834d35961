using Ballast.Core;
using Ballast.Numerics.Sampling;

namespace Ballast.Data.Images.Augmentation;

/// <summary>Mixup: share x + (1 - share) x of a partner, the share drawn from Beta(Alpha, Alpha), partners by a random permutation of the batch.</summary>
/// <remarks>Source: Zhang, Cisse, Dauphin and Lopez-Paz, "mixup: beyond empirical risk minimization", ICLR 2018.</remarks>
/// <param name="Alpha">Greater than 0; near 0 hardly anything is mixed, 1 makes the share uniform.</param>
/// <param name="Unit">What is mixed in one share.</param>
public sealed record Mixup(double Alpha, MixingUnit Unit = MixingUnit.Batch) : IBatchMixing
{
    /// <summary>Greater than 0.</summary>
    public double Alpha { get; } = Guard.Positive(Alpha);

    /// <inheritdoc/>
    public MixPlan Plan(int rows, ImageSize size, long seed, long step)
    {
        var random = RandomStream.For(seed, "mixup", step);
        var partners = random.Permutation(Guard.Positive(rows));
        var shares = new float[rows];
        for (var i = 0; i < rows; i++)
            shares[i] = i == 0 || Unit == MixingUnit.Row ? (float)BetaSampler.Draw(random, Alpha, Alpha) : shares[0];
        return new MixPlan(partners, shares, []);
    }
}
