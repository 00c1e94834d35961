namespace Ballast.Data.Images;

/// <summary>File formats that are read.</summary>
internal enum ImageKind
{
    Png,
    Jpeg,
}
