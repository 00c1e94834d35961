namespace Ballast.Cli.Shell;

/// <summary>A folder that a command writes its files into, all of them together: what goes wrong before leaves the folder as it was, or absent where it was absent.</summary>
internal sealed class OutputFolder : IDisposable
{
    private const int ProbeBytes = 1 << 16;

    private readonly string? made;
    private readonly string staging;

    private OutputFolder(string path, string? made)
    {
        (Path, this.made) = (path, made);
        staging = StagingFolder.NewPath(path);
    }

    /// <summary>The folder, as the user named it.</summary>
    public string Path { get; }

    /// <summary>Makes the folder where it is absent and writes a little into it, so that one that cannot be written to is found out before the work, not after. Removes what killed runs left in it.</summary>
    /// <exception cref="IOException">The folder cannot be made, is read-only or is full.</exception>
    public static OutputFolder Open(string path)
    {
        var folder = new OutputFolder(path, FirstAbsent(path));
        try
        {
            StagingFolder.Make(folder.staging);
            File.WriteAllBytes(System.IO.Path.Combine(folder.staging, "probe"), new byte[ProbeBytes]);
            Directory.Delete(folder.staging, recursive: true);
            StagingFolder.RemoveAbandoned(path);
            return folder;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            folder.Dispose();
            throw new IOException($"Nothing can be written to the folder '{path}': {error.Message}", error);
        }
    }

    /// <summary>Has files written under temporary names, then moves them into the folder, over older ones.</summary>
    /// <param name="write">Writes files into the folder it is given and returns their names.</param>
    /// <returns>Paths of the files.</returns>
    public IReadOnlyList<string> Publish(Func<string, IReadOnlyList<string>> write)
    {
        StagingFolder.Make(staging);
        var names = write(staging);
        foreach (var name in names)
            File.Move(System.IO.Path.Combine(staging, name), System.IO.Path.Combine(Path, name), overwrite: true);
        return [.. names.Select(name => System.IO.Path.Combine(Path, name))];
    }

    /// <summary>Removes what is unfinished, and the folder where this made it and nothing came to stand in it.</summary>
    public void Dispose()
    {
        // The error that led here is worth more than one about tidying up after it.
        try
        {
            if (Directory.Exists(staging))
                Directory.Delete(staging, recursive: true);
            for (var folder = System.IO.Path.GetFullPath(Path); made is not null && folder.Length >= made.Length && Directory.Exists(folder); folder = System.IO.Path.GetDirectoryName(folder)!)
            {
                if (Directory.EnumerateFileSystemEntries(folder).Any())
                    return;
                Directory.Delete(folder);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }

    // The topmost folder that has to be made; null where the folder stands already.
    private static string? FirstAbsent(string path)
    {
        string? absent = null;
        for (var folder = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path)); folder is not null && !Directory.Exists(folder); folder = System.IO.Path.GetDirectoryName(folder))
            absent = File.Exists(folder) ? throw new IOException($"'{folder}' is a file; the results need a folder.") : folder;
        return absent;
    }
}
