using System.CommandLine;
using Ballast.Cli.Commands.Networks;
using Ballast.Cli.Shell;
using Ballast.Evaluation.Calibration;
using Spectre.Console;

namespace Ballast.Cli.Commands;

/// <summary><c>ballast export MODEL --out FILE</c>: a network as ONNX or safetensors.</summary>
internal static class ExportCommand
{
    public static Verb Create()
    {
        var model = new Argument<string>("MODEL") { Description = "A network: .safetensors, .onnx, or a model of a table made with --model-kind mlp or resnet." };
        var output = new Option<string>("--out") { Description = "The file to write: .onnx or .safetensors.", HelpName = "FILE", Required = true };
        var recalibrator = new Option<string?>("--recalibrator") { Description = "A recalibrator that calibrate wrote, appended to an ONNX file; temperature, vector and matrix scaling can be.", HelpName = "FILE" };
        return new Verb("export", "Write a network as ONNX or safetensors.", session => Run(session, session.Get(model)!, session.Get(output)!, session.Get(recalibrator)))
        { model, output, recalibrator };
    }

    private static int Run(CommandSession session, string modelPath, string output, string? recalibratorPath)
    {
        NetworkWriting.Checked(output, "A network", ".onnx", ".safetensors");
        if (recalibratorPath is not null && !output.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException("--recalibrator goes with an ONNX file; weights alone cannot hold it. Give it to predict beside them.");
        var saved = NetworkReading.Open(modelPath);
        using var network = saved.Network;
        var recalibration = recalibratorPath is null ? null : Appended(recalibratorPath, NetworkReading.NamesOf(saved, modelPath, []));
        NetworkWriting.Write(output, saved, recalibration);
        session.Record.Artefact(output);
        session.Show(
            new { network = network.Architecture, parameters = network.ParameterCount, inputShape = network.InputShape, classes = saved.ClassNames, output = Path.GetFullPath(output) },
            console => console.WriteLine($"{network.Architecture} of {network.ParameterCount:N0} parameters, inputs [n, {string.Join(", ", network.InputShape)}]; wrote {output}{(recalibration is null ? "" : ", whose scores are recalibrated: their softmax are the probabilities")}."));
        if (!NetworkReading.IsNetwork(modelPath))
            session.Warn("The network takes rows as they are after encoding (numbers standardised, categories as codes); predict with the model of the table where rows come as they stand in a table.");
        return ExitCode.Done;
    }

    private static AffineLogits Appended(string path, IReadOnlyList<string> classes) =>
        AffineLogits.Of(PredictCommand.ReadRecalibrator(path, classes), classes.Count)
        ?? throw new ArgumentException($"'{path}' is no map that a network can end in: only temperature, vector and matrix scaling and shifts of class shares are. Make one with 'ballast calibrate --method temperature', or give this one to predict.");
}
