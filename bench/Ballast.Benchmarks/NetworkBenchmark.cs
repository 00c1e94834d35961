using Ballast.Core;
using Ballast.Learning.Networks;
using BenchmarkDotNet.Attributes;
using static TorchSharp.torch;

namespace Ballast.Benchmarks;

/// <summary>First weights, forward, and forward with backward of each network, batch 32, on one thread.</summary>
[MemoryDiagnoser]
public class NetworkBenchmark
{
    private NetworkConfiguration configuration = new MlpConfiguration(1, [], 1);
    private Network network = null!;
    private Tensor input = null!;

    [Params("mlp", "tabular-mlp", "tabular-resnet", "lenet", "small-cnn", "resnet-18", "resnet-32", "efficientnet-tiny", "efficientnet-b0")]
    public string Kind { get; set; } = "mlp";

    [GlobalSetup]
    public void Make()
    {
        set_num_threads(1);
        var table = new TabularShape(20, [6, 12, 30]);
        configuration = Kind switch
        {
            "mlp" => new MlpConfiguration(784, [256, 256], 10),
            "tabular-mlp" => new TabularMlpConfiguration(table, [128, 128], 2),
            "tabular-resnet" => new TabularResNetConfiguration(table, 2),
            "lenet" => new LeNetConfiguration(new(1, 28, 28), 10),
            "small-cnn" => new SmallCnnConfiguration(new(1, 28, 28), [32, 64], 128, 10),
            "resnet-18" => ResNetConfiguration.ResNet18(new(3, 32, 32), 10),
            "resnet-32" => ResNetConfiguration.ResNet32(new(3, 32, 32), 10),
            "efficientnet-tiny" => EfficientNetConfiguration.Named("tiny", 10, channels: 1),
            "efficientnet-b0" => EfficientNetConfiguration.Named("b0", 10, pixels: 64),
            _ => throw new ArgumentOutOfRangeException(nameof(Kind)),
        };
        network = configuration.Create(seed: 1);
        var random = RandomStream.For(1, "benchmark");
        var values = new float[32 * network.InputShape.Aggregate(1L, (product, extent) => product * extent)];
        // Codes of the tables lie in 0..5, which every category has.
        for (var i = 0; i < values.Length; i++)
            values[i] = Kind.StartsWith("tabular", StringComparison.Ordinal) ? random.Next(6) : (float)random.NextGaussian();
        input = tensor(values).reshape([32, .. network.InputShape]);
    }

    [GlobalCleanup]
    public void Free()
    {
        network.Dispose();
        input.Dispose();
    }

    [Benchmark]
    public long FirstWeights()
    {
        using var made = configuration.Create(seed: 2);
        return made.FeatureCount;
    }

    [Benchmark]
    public float Forward()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        network.eval();
        return network.call(input).sum().item<float>();
    }

    [Benchmark]
    public float ForwardAndBackward()
    {
        using var scope = NewDisposeScope();
        network.train();
        network.zero_grad();
        var loss = network.call(input).square().mean();
        loss.backward();
        return loss.item<float>();
    }
}
