namespace Ballast.Data.Images;

/// <summary>One image of a folder.</summary>
/// <param name="Path">Path below the root, parts separated by '/'.</param>
/// <param name="Label">Its class.</param>
/// <param name="Superclass">The coarser class it belongs to, where known.</param>
/// <param name="Group">What images that must not be separated share, such as a patient; where known.</param>
/// <param name="Magnification">Magnification of a microscope, where known.</param>
public sealed record ImageManifestRow(string Path, string Label, string? Superclass = null, string? Group = null, int? Magnification = null);
