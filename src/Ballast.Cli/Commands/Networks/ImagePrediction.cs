using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Data.Reading;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Feeding;
using Spectre.Console;

namespace Ballast.Cli.Commands.Networks;

/// <summary><c>predict</c> on images: one row an image, its class and the probability of each.</summary>
internal static class ImagePrediction
{
    /// <summary>Predicts and writes.</summary>
    /// <param name="session">The session.</param>
    /// <param name="path">A folder, or an IDX file.</param>
    /// <param name="modelPath">A network.</param>
    /// <param name="classes">Names of the outputs of a network that has none of its own; empty for numbers from 0.</param>
    /// <param name="recalibratorPath">A recalibrator of the network's probabilities; null for none.</param>
    /// <param name="output">The csv to write.</param>
    public static int Run(CommandSession session, string path, string modelPath, IReadOnlyList<string> classes, string? recalibratorPath, string output)
    {
        if (!NetworkReading.IsNetwork(modelPath))
            throw new ArgumentException($"'{path}' holds images, but '{modelPath}' is no network: .safetensors or .onnx is expected.");
        var saved = NetworkReading.Open(modelPath);
        using var network = saved.Network;
        var names = NetworkReading.NamesOf(saved, modelPath, classes);
        var recalibrator = recalibratorPath is null ? null : PredictCommand.ReadRecalibrator(recalibratorPath, names);
        var images = Read(session, path, modelPath, network);
        var data = saved.Normalization is { } normalization ? ChannelNormalization.Apply(images.Data, normalization) : images.Data;
        var own = Inference.Probabilities(network, data, cancellation: session.Cancellation);
        var predictions = recalibrator?.Apply(own) ?? own;
        var decided = predictions.PredictedClasses();

        AtomicFile.Write(output, stream =>
        {
            using var writer = new CsvWriter(stream);
            writer.Record(["image", "prediction", .. names.Select(name => $"probability_{name}")]);
            for (var i = 0; i < data.Count; i++)
            {
                writer.Field(images.NameOf(i));
                writer.Field(names[decided[i]]);
                for (var k = 0; k < names.Count; k++)
                    writer.Field(predictions[i, k]);
                writer.EndRecord();
            }
        });
        session.Record.Artefact(output);
        session.Show(
            new { images = data.Count, output = Path.GetFullPath(output), classes = names },
            console => console.WriteLine($"{data.Count:N0} images predicted; wrote {output}."));
        return ExitCode.Done;
    }

    // Images of another size are brought to the network's, and the user is told.
    private static ImageInput Read(CommandSession session, string path, string modelPath, Network network)
    {
        if (network.InputShape is not [var channels, var height, var width])
            throw new DataFormatException(modelPath, $"a network for inputs [{string.Join(", ", network.InputShape)}]", "one for images [channels, height, width]");
        var size = new ImageSize((int)height, (int)width);
        var images = ImageInput.ReadUnlabelled(session, path, size, channels == 1 ? ImageColor.Grey : ImageColor.Color);
        return images.Data.SampleShape[0] == channels
            ? images
            : throw new DataFormatException(path, $"images of {images.Data.SampleShape[0]} channels", $"{channels}, which '{modelPath}' takes");
    }
}
