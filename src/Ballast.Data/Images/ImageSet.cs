using Ballast.Core;

namespace Ballast.Data.Images;

/// <summary>What was read from a folder of images.</summary>
/// <param name="Data">The images [c,h,w] with values in [0,1]; a row id is a position in <paramref name="Manifest"/>.</param>
/// <param name="Manifest">All images found, unreadable ones too, in ordinal order of their paths.</param>
/// <param name="Skipped">Everything below the root that gave no sample, with the reason, in ordinal order of paths.</param>
/// <param name="Notes">Sentences about what was skipped, widened or turned; for the user to read.</param>
public sealed record ImageSet(Dataset Data, IReadOnlyList<ImageManifestRow> Manifest, IReadOnlyList<SkippedFile> Skipped, IReadOnlyList<string> Notes)
{
    /// <summary>Path below the root of the image in row <paramref name="position"/> of <see cref="Data"/>.</summary>
    public string PathOf(int position) => Manifest[Data.RowIds.Span[position]].Path;
}
