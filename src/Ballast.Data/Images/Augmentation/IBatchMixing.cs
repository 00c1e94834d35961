namespace Ballast.Data.Images.Augmentation;

/// <summary>Mixes each image of a batch with another of the same batch.</summary>
public interface IBatchMixing
{
    /// <summary>Draws partners and shares.</summary>
    /// <param name="rows">Images in the batch, at least 1.</param>
    /// <param name="size">Size of an image.</param>
    /// <param name="seed">The user's seed.</param>
    /// <param name="step">The batch's number over the whole training, so that each batch is mixed in another way.</param>
    MixPlan Plan(int rows, ImageSize size, long seed, long step);
}
