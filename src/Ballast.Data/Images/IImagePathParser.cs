namespace Ballast.Data.Images;

/// <summary>Reads class, group and more from an image's path.</summary>
public interface IImagePathParser
{
    /// <summary>What the paths look like, to end the sentence "expected ...".</summary>
    string Expected { get; }

    /// <summary>The row of one image, or null where the path is not of the expected form.</summary>
    /// <param name="path">Path below the root, parts separated by '/'.</param>
    ImageManifestRow? Parse(string path);
}
