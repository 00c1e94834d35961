using System.Text;
using Ballast.Cli.Shell;
using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Exchange.Networks;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Feeding;
using Spectre.Console;

namespace Ballast.Cli.Commands.Networks;

/// <summary><c>predict</c> on images: one row an image, its class and the probability of each.</summary>
internal static class ImagePrediction
{
    public static int Run(CommandSession session, string path, string modelPath, string? recalibratorPath, string output)
    {
        if (!NetworkReading.IsNetwork(modelPath))
            throw new ArgumentException($"'{path}' holds images, but '{modelPath}' is no network: .safetensors or .onnx is expected.");
        var saved = NetworkReading.Open(modelPath);
        using var network = saved.Network;
        if (network.InputShape is not [var channels, var height, var width])
            throw new DataFormatException(modelPath, $"a network for inputs [{string.Join(", ", network.InputShape)}]", "one for images [channels, height, width]");
        var images = ImageInput.ReadUnlabelled(session, path, new ImageFolderOptions
        {
            Size = new ImageSize((int)height, (int)width),
            Color = channels == 1 ? ImageColor.Grey : ImageColor.Color,
        });
        var data = saved.Normalization is { } normalization ? ChannelNormalization.Apply(images.Data, normalization) : images.Data;
        var predictions = Inference.Probabilities(network, data, cancellation: session.Cancellation);
        IReadOnlyList<string> names = saved.ClassNames.Count > 0 ? saved.ClassNames : [.. Enumerable.Range(0, predictions.Classes).Select(k => $"{k}")];
        if (recalibratorPath is not null)
            predictions = PredictCommand.ReadRecalibrator(recalibratorPath, names).Apply(predictions);
        if (names.Count != predictions.Classes)
            throw new DataFormatException(modelPath, $"{predictions.Classes} outputs", $"one for each of {names.Count} classes");
        var decided = predictions.PredictedClasses();

        AtomicFile.Write(output, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
            writer.WriteLine(string.Join(',', new[] { "image", "prediction" }.Concat(names.Select(name => $"probability_{name}")).Select(Quoted)));
            for (var i = 0; i < data.Count; i++)
                writer.WriteLine($"{Quoted(images.NameOf(i))},{Quoted(names[decided[i]])},{string.Join(',', Enumerable.Range(0, names.Count).Select(k => predictions[i, k].ToString("R")))}");
        });
        session.Record.Artefact(output);
        session.Show(
            new { images = data.Count, output = Path.GetFullPath(output), classes = names },
            console => console.WriteLine($"{data.Count:N0} images predicted; wrote {output}."));
        return ExitCode.Done;
    }

    private static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"")}\"";
}
