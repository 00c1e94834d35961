using Ballast.Learning.Networks;
using Ballast.Learning.Onnx;

namespace Ballast.Cli.Commands.Networks;

/// <summary>Networks into files, by the ending of the file's name.</summary>
internal static class NetworkWriting
{
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
