using Ballast.Core;
using Ballast.Exchange.Onnx;
using Ballast.Learning.Networks;
using Ballast.Learning.Onnx;
using Ballast.Learning.Tabular;
using Ballast.Learning.Tabular.Saving;

namespace Ballast.Cli.Commands.Networks;

/// <summary>Networks from files: safetensors with their manifest, ONNX, or the network inside a model of a table.</summary>
internal static class NetworkReading
{
    /// <summary>Whether a file is a network by its name.</summary>
    public static bool IsNetwork(string path) => Path.GetExtension(path).ToLowerInvariant() is ".safetensors" or ".onnx";

    /// <summary>Opens a network, in evaluation mode. Class names are empty where the file has none.</summary>
    /// <exception cref="DataFormatException">The file is damaged or of another kind.</exception>
    public static SavedNetwork Open(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file '{path}'.", path);
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".safetensors":
                return NetworkFile.Load(path);
            case ".onnx":
                try
                {
                    return new SavedNetwork(new ImportedNetwork(OnnxGraphReader.Read(path)), []);
                }
                catch (NotSupportedException error)
                {
                    throw new DataFormatException(path, error.Message.TrimEnd('.'), "a classifier of scores");
                }
            default:
                var model = ModelFile.Load(path);
                return model.Classifier is TrainedNetworkClassifier { Network: { } network }
                    ? new SavedNetwork(network, model.Classifier.ClassNames)
                    : throw new DataFormatException(path, "a model without a network", "one that train made with --model-kind mlp or resnet");
        }
    }
}
