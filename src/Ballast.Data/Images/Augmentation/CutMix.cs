using Ballast.Core;
using Ballast.Numerics.Sampling;

namespace Ballast.Data.Images.Augmentation;

/// <summary>CutMix: a box of each image is replaced by the same box of a partner; the share is what is left of the image's own area.</summary>
/// <remarks>
/// Source: Yun et al., "CutMix: regularization strategy to train strong classifiers with localizable features", ICCV 2019. With share drawn from Beta(Alpha, Alpha) the box
/// has sides sqrt(1 - share) of the image's, a uniform centre, and is clipped to the image; the share is then set to the area that really remained.
/// </remarks>
/// <param name="Alpha">Greater than 0; the paper's is 1.</param>
/// <param name="Unit">What is mixed with one box.</param>
public sealed record CutMix(double Alpha = 1, MixingUnit Unit = MixingUnit.Batch) : IBatchMixing
{
    /// <summary>Greater than 0.</summary>
    public double Alpha { get; } = Guard.Positive(Alpha);

    /// <inheritdoc/>
    public MixPlan Plan(int rows, ImageSize size, long seed, long step)
    {
        var random = RandomStream.For(seed, "cutmix", step);
        var partners = random.Permutation(Guard.Positive(rows));
        var (shares, boxes) = (new float[rows], new ImageBox[rows]);
        for (var i = 0; i < rows; i++)
        {
            boxes[i] = i == 0 || Unit == MixingUnit.Row ? DrawBox(size, random) : boxes[0];
            shares[i] = (float)(1 - boxes[i].Area / (double)size.Pixels);
        }
        return new MixPlan(partners, shares, boxes);
    }

    private ImageBox DrawBox(ImageSize size, RandomStream random)
    {
        var side = Math.Sqrt(1 - BetaSampler.Draw(random, Alpha, Alpha));
        var (height, width) = ((int)(size.Height * side), (int)(size.Width * side));
        var (top, left) = (random.Next(size.Height) - height / 2, random.Next(size.Width) - width / 2);
        var (bottom, right) = (Math.Min(top + height, size.Height), Math.Min(left + width, size.Width));
        (top, left) = (Math.Max(top, 0), Math.Max(left, 0));
        return new ImageBox(top, left, bottom - top, right - left);
    }
}
