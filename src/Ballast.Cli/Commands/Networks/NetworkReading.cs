using Ballast.Core;
using Ballast.Exchange.Onnx;
using Ballast.Learning.Networks;
using Ballast.Learning.Onnx;
using Ballast.Learning.Regression;
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
        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".safetensors" => NetworkFile.Load(path),
            ".onnx" => new SavedNetwork(Import(path), []),
            _ => OfTableModel(path),
        };
    }

    /// <summary>Names of a network's outputs: its own, or those the user gave, or numbers from 0.</summary>
    /// <exception cref="ArgumentException">Names were given for a network that has its own, or another number of them than there are outputs.</exception>
    public static IReadOnlyList<string> NamesOf(SavedNetwork saved, string path, IReadOnlyList<string> given)
    {
        var outputs = HeadConfiguration.Of(saved.Network.Head).Outputs;
        if (saved.ClassNames.Count > 0 && given.Count > 0)
            throw new ArgumentException($"'{path}' names its classes itself; --classes is for files that do not.");
        if (given.Count > 0 && given.Count != outputs)
            throw new ArgumentException($"--classes gives {given.Count} names for the {outputs} outputs of '{path}'.");
        if (saved.ClassNames.Count > 0 && saved.ClassNames.Count != outputs)
            throw new DataFormatException(path, $"{outputs} outputs", $"one for each of {saved.ClassNames.Count} classes");
        return saved.ClassNames.Count > 0 ? saved.ClassNames : given.Count > 0 ? given : [.. Enumerable.Range(0, outputs).Select(k => $"{k}")];
    }

    private static ImportedNetwork Import(string path)
    {
        try
        {
            return new ImportedNetwork(OnnxGraphReader.Read(path));
        }
        catch (NotSupportedException error)
        {
            throw new DataFormatException(path, error.Message.TrimEnd('.'), "a network of one input whose last layer is linear", inner: error);
        }
    }

    // A regressor's network puts out standardised amounts: their unit goes into its last layer.
    private static SavedNetwork OfTableModel(string path)
    {
        var model = ModelFile.Load(path);
        if (model.Classifier is TrainedNetworkClassifier { Network: { } classes } classifier)
            return new SavedNetwork(classes, classifier.OutputNames);
        if (model.Regressor is not TrainedNetworkRegressor { Network: { } amounts } regressor)
            throw new DataFormatException(path, "a model without a network", "one that train made with --model-kind mlp or resnet");
        new OutputScale(regressor.Scale, regressor.Mean).FoldInto(amounts);
        return new SavedNetwork(amounts, []);
    }
}
