namespace Ballast.Data.Images;

/// <summary>The class is the first folder below the root.</summary>
public sealed class ClassFolderParser : IImagePathParser
{
    /// <inheritdoc/>
    public string Expected => "images inside a folder for each class";

    /// <inheritdoc/>
    public ImageManifestRow? Parse(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var separator = path.IndexOf('/', StringComparison.Ordinal);
        return separator < 0 ? null : new ImageManifestRow(path, path[..separator]);
    }
}
