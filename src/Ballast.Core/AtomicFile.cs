namespace Ballast.Core;

/// <summary>Writes files so that a reader sees the old content or the whole new one, never a part.</summary>
public static class AtomicFile
{
    /// <summary>Writes to a temporary name beside <paramref name="path"/>, flushes to disk, then renames over it.</summary>
    /// <remarks>A link is followed, not replaced. A device such as <c>/dev/stdout</c> is written to directly: there is nothing to keep whole.</remarks>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="write">Writes the content; when it throws, the temporary file is removed and an existing file stays as it was.</param>
    /// <exception cref="IOException">The folder is full or cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is read-only.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        if (IsDevice(path))
        {
            using var device = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            write(device);
            return;
        }
        if (Directory.Exists(path))
            throw new IOException($"'{path}' is a folder; a file was to be written.");
        var target = Path.GetFullPath(new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName);
        var temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception error)
        {
            TryDelete(temporary);
            // The user knows the file by the name that was asked for.
            if (error is IOException or UnauthorizedAccessException && error.Message.Contains(temporary, StringComparison.Ordinal))
                throw new IOException($"'{path}' cannot be written: {error.Message.Replace(temporary, target, StringComparison.Ordinal)}", error);
            throw;
        }
    }

    /// <summary>Writes text in UTF-8 without a byte order mark; otherwise as <see cref="Write"/>.</summary>
    public static void WriteText(string path, string text) => Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.Write(text);
    });

    // Renaming a file over a device would replace the device, where the user may.
    private static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows() && File.Exists(path) && Path.GetDirectoryName(Path.GetFullPath(path)) is "/dev" or "/dev/fd" or "/proc/self/fd";

    // The original error is worth more than one about tidying up after it.
    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}
