using System.CommandLine;
using Ballast.Cli.Commands.Networks;
using Ballast.Cli.Shell;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx;
using Ballast.Learning.Networks;
using Spectre.Console;

namespace Ballast.Cli.Commands;

/// <summary><c>ballast import NET.onnx [--out FILE.safetensors]</c>: reads an ONNX network, says what is in it, and keeps it as safetensors that train, predict and export take.</summary>
internal static class ImportCommand
{
    public static Verb Create()
    {
        var file = new Argument<string>("NET.onnx") { Description = "The ONNX file." };
        var classes = CommaList.Option("--classes", "NAMES", "Names of the outputs, in order; numbers from 0 where not given.");
        var output = new Option<string?>("--out") { Description = "The file to write: .safetensors, with its manifest beside it. Without it nothing is written.", HelpName = "FILE" };
        return new Verb("import", "Read an ONNX network, say what is in it, and keep it as safetensors.", session => Run(session, session.Get(file)!, CommaList.Of(session, classes), session.Get(output)))
        { file, classes, output };
    }

    private static int Run(CommandSession session, string path, string[] classes, string? output)
    {
        if (output is null && classes.Length > 0)
            throw new ArgumentException("--classes goes with --out: names are kept in the file that is written.");
        if (output is not null)
            NetworkWriting.Checked(output, "An imported network", ".safetensors");
        var graph = OnnxGraphReader.Read(path);
        if (output is not null)
        {
            var saved = NetworkReading.Open(path);
            using var network = saved.Network;
            NetworkWriting.Write(output, saved with { ClassNames = NetworkReading.NamesOf(saved, path, classes) });
            session.Record.Artefact(output);
        }
        var operators = graph.Nodes.GroupBy(node => Kind(node)).OrderBy(group => group.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count());
        var weights = graph.Tensors.Values.Sum(tensor => (long)tensor.Count);
        session.Show(
            new
            {
                inputs = graph.Inputs.Select(input => new { name = graph[input].Name, type = graph[input].Type.ToString() }),
                outputs = graph.Outputs.Select(result => new { result.Name, type = graph[result.Value].Type.ToString() }),
                operators,
                weights,
                nodes = graph.Nodes.Select(node => new { node.Name, @operator = Kind(node), type = node.Type.ToString() }),
                output = output is null ? null : Path.GetFullPath(output),
            },
            console =>
            {
                console.WriteLine($"{path}: {graph.Nodes.Count:N0} nodes, {weights:N0} weights; takes {string.Join(", ", graph.Inputs.Select(input => $"'{graph[input].Name}' {graph[input].Type}"))}, gives {string.Join(", ", graph.Outputs.Select(result => $"'{result.Name}' {graph[result.Value].Type}"))}.");
                foreach (var (name, count) in operators)
                    console.WriteLine($"  {name}  {count}");
                if (output is not null)
                    console.WriteLine($"Wrote {output} and {NetworkFile.ManifestOf(output)}.");
            });
        return ExitCode.Done;
    }

    private static string Kind(GraphNode node) => node.Operator.GetType().Name is var name && name.EndsWith("Operator", StringComparison.Ordinal) ? name[..^"Operator".Length] : name;
}
