namespace Ballast.Data.Images;

/// <summary>Takes every image below the root, whatever its folder, as one class: for images that are to be predicted.</summary>
public sealed class AnyPathParser : IImagePathParser
{
    /// <inheritdoc/>
    public string Expected => "PNG or JPEG files";

    /// <inheritdoc/>
    public ImageManifestRow? Parse(string path) => new(path, "unknown");
}
