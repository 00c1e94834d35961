using Ballast.Core;

namespace Ballast.Cli.Shell;

/// <summary>A file that a command is to write, checked before the work begins, so that hours of it are not lost to a misspelt folder.</summary>
internal static class OutputFile
{
    /// <summary>The path, which lies in a folder that exists and is no folder itself.</summary>
    /// <param name="path">As the user gave it.</param>
    /// <param name="what">What is written, as a sentence begins with it: "A network".</param>
    /// <param name="kinds">The endings there are, such as ".onnx"; none for any.</param>
    /// <exception cref="ArgumentException">The name ends otherwise.</exception>
    /// <exception cref="IOException">There is no such folder, or the path is a folder.</exception>
    public static string Checked(string path, string what, params string[] kinds)
    {
        var ending = Path.GetExtension(path).ToLowerInvariant();
        if (kinds.Length > 0 && !kinds.Contains(ending))
            throw new ArgumentException($"{what} is written as {string.Join(" or ", kinds)}; '{path}' ends otherwise.{(Spelling.Nearest(ending, kinds) is { } near ? $" Did you mean '{Path.ChangeExtension(path, near)}'?" : "")}");
        if (Directory.Exists(path))
            throw new IOException($"'{path}' is a folder; a file was to be written.");
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            throw new DirectoryNotFoundException($"There is no folder '{folder}' to write '{Path.GetFileName(path)}' into.");
        return path;
    }

    /// <summary>Refuses to write over a file that is being read: what it held would be lost.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="inputs">The files that are read; null for one that was not given.</param>
    /// <exception cref="ArgumentException">They are the same file, by whatever name or link.</exception>
    public static void Apart(string path, params ReadOnlySpan<string?> inputs)
    {
        foreach (var input in inputs)
            if (input is not null && File.Exists(path) && Resolved(path) == Resolved(input))
                throw new ArgumentException($"'{path}' is read as well: it is not written over; give --out another name.");
    }

    private static string Resolved(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
}
