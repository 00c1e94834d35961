using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Exchange.Onnx;
using Ballast.Tests.Shared;

namespace Ballast.Tests.Cli.Commands;

/// <summary>Eight images of four pixels and a network that says whether the left column is brighter than the right: half of them clearly, half by a little, so that attacks and certificates have known answers.</summary>
internal static class EightImages
{
    /// <summary>Runs a verb on network and images, with <paramref name="last"/> behind the network.</summary>
    public static ProgramRun Run(string verb, TemporaryFolder folder, Func<NetworkGraphBuilder, GraphValue, GraphValue> last, params string[] options)
    {
        Write(folder, last, [0, 0, 0, 0, 1, 1, 1, 1]);
        return RunWritten(verb, folder, options);
    }

    /// <summary>Runs a verb on what was written before.</summary>
    public static ProgramRun RunWritten(string verb, TemporaryFolder folder, params string[] options) =>
        ProgramRun.Of([verb, folder.File("net.onnx"), folder.File("images-idx3-ubyte"), "--labels", folder.File("labels-idx1-ubyte"), .. options]);

    /// <summary>Writes the network and the images with their labels, both <paramref name="repeat"/> times over.</summary>
    public static void Write(TemporaryFolder folder, Func<NetworkGraphBuilder, GraphValue, GraphValue> last, byte[] labels, int repeat = 1)
    {
        var graph = new NetworkGraphBuilder();
        var x = graph.Apply(new ReshapeOperator([Extents.Batch, 4]), null, graph.Input("x", [1, 2, 2]));
        x = graph.Linear("fc", x, new GraphTensor("fc.weight", [2, 4], new[] { 1f, -1f, 1f, -1f, -1f, 1f, -1f, 1f }));
        graph.Output("y", last(graph, x));
        OnnxGraphWriter.Write(folder.File("net.onnx"), graph.Build());
        byte[] strong = [230, 26, 230, 26], weak = [140, 115, 140, 115];
        byte[] Mirrored(byte[] image) => [image[1], image[0], image[3], image[2]];
        byte[] pixels = [.. Enumerable.Range(0, 8).SelectMany(i => (i < 4, i % 2) switch { (true, 0) => strong, (true, _) => weak, (false, 0) => Mirrored(strong), _ => Mirrored(weak) })];
        byte Count(int count) => (byte)(count * repeat);
        File.WriteAllBytes(folder.File("images-idx3-ubyte"), [0, 0, 8, 3, 0, 0, 0, Count(8), 0, 0, 0, 2, 0, 0, 0, 2, .. Enumerable.Repeat(pixels, repeat).SelectMany(all => all)]);
        File.WriteAllBytes(folder.File("labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, Count(labels.Length), .. Enumerable.Repeat(labels, repeat).SelectMany(all => all)]);
    }
}
