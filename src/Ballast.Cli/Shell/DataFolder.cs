namespace Ballast.Cli.Shell;

/// <summary>Finds the folder of real data that experiments read.</summary>
internal static class DataFolder
{
    /// <summary>The folder the user named, else <c>$BALLAST_DATA</c>, else <c>data</c> or <c>shared/data</c> from <paramref name="start"/> upwards; null when there is none.</summary>
    /// <exception cref="DirectoryNotFoundException">A folder was named that does not exist.</exception>
    public static string? Find(string? named, string start)
    {
        if (named is not null)
            return Directory.Exists(named) ? Path.GetFullPath(named) : throw new DirectoryNotFoundException($"There is no folder '{named}'.");
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            foreach (var inner in new[] { "data", Path.Combine("shared", "data") })
            {
                // Many folders are called 'data'; ours holds tables or label errors.
                var path = Path.Combine(folder.FullName, inner);
                if (Directory.Exists(Path.Combine(path, "tables")) || Directory.Exists(Path.Combine(path, "label-errors")))
                    return path;
            }
        return null;
    }
}
