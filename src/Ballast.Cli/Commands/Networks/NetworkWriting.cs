using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Learning.Networks;
using Ballast.Learning.Onnx;

namespace Ballast.Cli.Commands.Networks;

/// <summary>Networks into files, by the ending of the file's name.</summary>
internal static class NetworkWriting
{
    /// <summary>A path for a network, checked before the work: its folder is there, its ending is known, and nothing but another network's manifest stands where the manifest goes.</summary>
    /// <exception cref="ArgumentException">The name ends otherwise, or a file of the user's would be replaced by the manifest.</exception>
    /// <exception cref="IOException">There is no such folder, or the path is a folder.</exception>
    public static string Checked(string path, string what, params string[] kinds)
    {
        OutputFile.Checked(path, what, kinds);
        var manifest = NetworkFile.ManifestOf(path);
        if (Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase) && File.Exists(manifest) && !IsManifest(manifest))
            throw new ArgumentException($"'{manifest}' is no network's manifest, and would be replaced by that of '{path}': choose another name.");
        return path;
    }

    private static bool IsManifest(string path)
    {
        try
        {
            NetworkManifest.Read(path);
            return true;
        }
        catch (DataFormatException)
        {
            return false;
        }
    }

    /// <summary>Writes .onnx, which takes pixels as they come, or .safetensors with its manifest.</summary>
    /// <exception cref="ArgumentException">The network has no form in a file of this kind.</exception>
    public static void Write(string path, SavedNetwork saved)
    {
        try
        {
            if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
                OnnxExport.Write(saved.Network, path, saved.Normalization);
            else
                NetworkFile.Save(path, saved);
        }
        catch (NotSupportedException error)
        {
            throw new ArgumentException($"The network cannot be written as '{path}': {error.Message}", error);
        }
    }
}
