namespace Ballast.Data.Images;

/// <summary>What lies below the root of a folder of images. Links are never followed: they may lead out of the folder, or round in circles.</summary>
/// <param name="Images">Files named .png, .jpg or .jpeg, in ordinal order of their paths below the root.</param>
/// <param name="Folders">First folders below the root, in ordinal order.</param>
/// <param name="Others">Links and other files.</param>
internal sealed record ImageTree(IReadOnlyList<string> Images, IReadOnlyList<string> Folders, IReadOnlyList<SkippedFile> Others)
{
    public static ImageTree Find(string root, CancellationToken cancellation)
    {
        var start = new DirectoryInfo(root);
        if (!start.Exists)
            throw new DirectoryNotFoundException($"'{root}' is no folder.");
        var (images, folders, others) = (new List<string>(), new List<string>(), new List<SkippedFile>());
        var pending = new Stack<(DirectoryInfo Folder, string Path)>([(start, "")]);
        while (pending.TryPop(out var next))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var entry in next.Folder.EnumerateFileSystemInfos())
            {
                var path = next.Path + entry.Name;
                if (entry.LinkTarget is not null || entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
                    others.Add(new SkippedFile(path, "a link, which is not followed"));
                else if (entry.Name.StartsWith('.'))
                    others.Add(new SkippedFile(path, "hidden"));
                else if (entry is DirectoryInfo folder)
                {
                    if (next.Path.Length == 0)
                        folders.Add(entry.Name);
                    pending.Push((folder, path + "/"));
                }
                else if (IsImageName(entry.Name))
                    images.Add(path);
                else
                    others.Add(new SkippedFile(path, "no PNG or JPEG by its name"));
            }
        }
        images.Sort(StringComparer.Ordinal);
        folders.Sort(StringComparer.Ordinal);
        return new ImageTree(images, folders, others);
    }

    private static bool IsImageName(string name) => Path.GetExtension(name.AsSpan()) is var extension
        && (extension.Equals(".png", StringComparison.OrdinalIgnoreCase)
            || extension.Equals(".jpg", StringComparison.OrdinalIgnoreCase)
            || extension.Equals(".jpeg", StringComparison.OrdinalIgnoreCase));
}
