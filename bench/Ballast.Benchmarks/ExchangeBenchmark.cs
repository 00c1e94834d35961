using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Onnx;
using Ballast.Exchange.Safetensors;
using BenchmarkDotNet.Attributes;

namespace Ballast.Benchmarks;

/// <summary>A perceptron of 60 MB as safetensors and as ONNX, against reading the bare bytes of the same file.</summary>
[MemoryDiagnoser]
public class ExchangeBenchmark
{
    private const int Width = 1024;
    private const int Layers = 14;

    private string folder = "";
    private NetworkGraph graph = null!;

    private string Weights => Path.Combine(folder, "weights.safetensors");

    private string Model => Path.Combine(folder, "model.onnx");

    [GlobalSetup]
    public void WriteFiles()
    {
        folder = Directory.CreateTempSubdirectory("ballast-bench-").FullName;
        var builder = new NetworkGraphBuilder();
        var h = builder.Input("input", [Width]);
        for (var layer = 0; layer < Layers; layer++)
            h = builder.Relu(builder.Linear($"fc{layer}", h, Weight($"fc{layer}.weight", Width, Width), Weight($"fc{layer}.bias", Width)));
        builder.Output("output", h);
        graph = builder.Build();
        SafetensorsFile.Write(Weights, graph.Tensors.Values.Select(SafetensorsTensor.Of));
        OnnxGraphWriter.Write(Model, graph);
    }

    [GlobalCleanup]
    public void RemoveFiles() => Directory.Delete(folder, recursive: true);

    [Benchmark(Baseline = true)]
    public int Bare_bytes() => File.ReadAllBytes(Weights).Length;

    [Benchmark]
    public long Safetensors_read()
    {
        using var file = SafetensorsFile.Open(Weights);
        return file.Tensors.Sum(tensor => (long)file.Read<float>(tensor.Name).Length);
    }

    [Benchmark]
    public int Safetensors_header_and_one_tensor()
    {
        using var file = SafetensorsFile.Open(Weights);
        return file.Read<float>("fc7.bias").Length;
    }

    [Benchmark]
    public int Onnx_import() => OnnxGraphReader.Read(Model).Nodes.Count;

    [Benchmark]
    public void Onnx_export() => OnnxGraphWriter.Write(Stream.Null, graph);

    private static GraphTensor Weight(string name, params int[] shape)
    {
        var random = RandomStream.For(1, name);
        return new GraphTensor(name, Extents.Of(shape), Enumerable.Range(0, (int)Extents.Of(shape).Product).Select(_ => (float)random.NextGaussian()).ToArray());
    }
}
