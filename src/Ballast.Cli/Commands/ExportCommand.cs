using System.CommandLine;
using Ballast.Cli.Commands.Networks;
using Ballast.Cli.Shell;
using Spectre.Console;

namespace Ballast.Cli.Commands;

/// <summary><c>ballast export MODEL --out FILE</c>: a network as ONNX or safetensors.</summary>
internal static class ExportCommand
{
    public static Verb Create()
    {
        var model = new Argument<string>("MODEL") { Description = "A network: .safetensors, .onnx, or a model of a table made with --model-kind mlp or resnet." };
        var output = new Option<string>("--out") { Description = "The file to write: .onnx or .safetensors.", HelpName = "FILE", Required = true };
        return new Verb("export", "Write a network as ONNX or safetensors.", session => Run(session, session.Get(model)!, session.Get(output)!))
        { model, output };
    }

    private static int Run(CommandSession session, string modelPath, string output)
    {
        NetworkWriting.Checked(output, "A network", ".onnx", ".safetensors");
        var saved = NetworkReading.Open(modelPath);
        using var network = saved.Network;
        NetworkWriting.Write(output, saved);
        session.Record.Artefact(output);
        session.Show(
            new { network = network.Architecture, parameters = network.ParameterCount, inputShape = network.InputShape, classes = saved.ClassNames, output = Path.GetFullPath(output) },
            console => console.WriteLine($"{network.Architecture} of {network.ParameterCount:N0} parameters, inputs [n, {string.Join(", ", network.InputShape)}]; wrote {output}."));
        if (!NetworkReading.IsNetwork(modelPath))
            session.Warn("The network takes rows as they are after encoding (numbers standardised, categories as codes); predict with the model of the table where rows come as they stand in a table.");
        return ExitCode.Done;
    }
}
