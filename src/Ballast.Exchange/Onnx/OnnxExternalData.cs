using Ballast.Core;
using Ballast.Exchange.Onnx.Protobuf;

namespace Ballast.Exchange.Onnx;

/// <summary>Weights kept in a file beside the model. Only files in the model's own folder, or below it, are read.</summary>
internal static class OnnxExternalData
{
    public static byte[] Read(TensorProto tensor, string name, long bytes, string file, string? folder)
    {
        var location = Entry(tensor, "location") ?? throw Bad(file, name, "no location of its external data", "a file name");
        if (folder is null)
            throw Bad(file, name, $"data in another file '{location}'", "data inside the model, which comes from a stream");
        var root = Path.GetFullPath(folder);
        var path = Path.GetFullPath(Path.Combine(root, location));
        if (!Inside(root, path) || (Resolved(path) is { } real && !Inside(Resolved(root) ?? root, real)))
            throw Bad(file, name, $"data in '{location}'", "a file in the model's own folder");
        var offset = Number(tensor, "offset", 0, file, name);
        var length = Number(tensor, "length", bytes, file, name);
        if (!File.Exists(path))
            throw Bad(file, name, $"data in '{location}', which is not there", "a file beside the model");
        using var stream = File.OpenRead(path);
        if (length != bytes || offset > stream.Length - bytes)
            throw Bad(file, name, $"{length} bytes from {offset} on in '{location}' of {stream.Length} bytes", $"{bytes} bytes for its shape");
        var raw = new byte[bytes];
        stream.Position = offset;
        stream.ReadExactly(raw);
        return raw;
    }

    private static bool Inside(string folder, string path) => path.StartsWith(folder.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    // Where links lead, of the file and of every folder above it; null where there is nothing.
    private static string? Resolved(string path)
    {
        if (!Path.Exists(path))
            return null;
        var parent = Path.GetDirectoryName(path);
        var here = parent is null ? path : Path.Combine(Resolved(parent) ?? parent, Path.GetFileName(path));
        FileSystemInfo info = Directory.Exists(here) ? new DirectoryInfo(here) : new FileInfo(here);
        return info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? here;
    }

    private static string? Entry(TensorProto tensor, string key) => tensor.ExternalData.FirstOrDefault(entry => entry.Key == key)?.Value;

    private static long Number(TensorProto tensor, string key, long otherwise, string file, string name) =>
        Entry(tensor, key) is not { } text ? otherwise
        : long.TryParse(text, out var value) && value >= 0 ? value
        : throw Bad(file, name, $"{key} '{text}' of its external data", "a whole number of bytes");

    private static DataFormatException Bad(string file, string name, string found, string expected) => new(file, $"tensor '{name}' with {found}", expected);
}
