namespace Ballast.Data.Images;

/// <summary>A file, link or folder that gave no sample.</summary>
/// <param name="Path">Path below the root, parts separated by '/'.</param>
/// <param name="Reason">Why, in a few words.</param>
public sealed record SkippedFile(string Path, string Reason);
