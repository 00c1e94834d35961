using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Exchange.Onnx.Parts;
using Ballast.Learning.Networks;
using Ballast.Robustness.Faults;
using Ballast.Robustness.Faults.Accelerator;
using Ballast.Robustness.Faults.Chains;
using Ballast.Robustness.Faults.Storage;
using BenchmarkDotNet.Attributes;

namespace Ballast.Benchmarks;

/// <summary>Time of one injected inference of a LeNet: int8 on the accelerator from the struck layer on, the same from the first layer on, and stored float weights; of those of a ResNet-32 as well.</summary>
[MemoryDiagnoser]
public class FaultInjectionBenchmark : IDisposable
{
    private const int Injections = 1000;

    private readonly float[] scores = new float[10];
    private AcceleratorTarget target = null!;
    private StoredWeights stored = null!;
    private OnnxStoredWeights runtime = null!, residual = null!;
    private IFaultProbe probe = null!, storedProbe = null!, runtimeProbe = null!, residualProbe = null!;
    private float[] image = [];

    [GlobalSetup]
    public void Make()
    {
        using var network = new LeNet(new ImageShape(1, 28, 28), 10, 0);
        var random = RandomStream.For(0, "benchmark images");
        var images = new FaultInputs(Enumerable.Range(0, 16 * 784).Select(_ => (float)random.NextDouble()).ToArray(), 16);
        var chain = NetworkChain.Of(network.ToGraph());
        target = new AcceleratorTarget(NetworkQuantizer.Quantize(chain, images));
        stored = new StoredWeights(chain);
        image = images.Row(0).ToArray();
        runtime = new OnnxStoredWeights(OnnxDissection.Of(network.ToGraph()).For([1, 1, 28, 28]));
        using var deep = new ResNet(ResNetConfiguration.ResNet32(new ImageShape(1, 28, 28), 10), 0);
        deep.eval();
        residual = new OnnxStoredWeights(OnnxDissection.Of(deep.ToGraph()).For([1, 1, 28, 28]));
        (probe, storedProbe, runtimeProbe, residualProbe) = (target.NewProbe(), stored.NewProbe(), runtime.NewProbe(), residual.NewProbe());
        foreach (var one in new[] { probe, storedProbe, runtimeProbe, residualProbe })
            one.Prepare(image);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        foreach (var one in new[] { probe, storedProbe, runtimeProbe, residualProbe })
            one.Dispose();
        runtime.Dispose();
        residual.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(OperationsPerInvoke = Injections)]
    public void Accelerator() => Inject(target, probe);

    [Benchmark(OperationsPerInvoke = Injections)]
    public void Accelerator_whole_runs()
    {
        for (var i = 0; i < Injections; i++)
            probe.Prepare(image);
    }

    [Benchmark(OperationsPerInvoke = Injections)]
    public void Stored_weights() => Inject(stored, storedProbe);

    [Benchmark(OperationsPerInvoke = Injections)]
    public void Stored_weights_in_ONNX_Runtime() => Inject(runtime, runtimeProbe);

    [Benchmark(OperationsPerInvoke = Injections)]
    public void Stored_weights_of_ResNet_32_in_ONNX_Runtime() => Inject(residual, residualProbe);

    private void Inject(IFaultTarget from, IFaultProbe with)
    {
        var random = RandomStream.For(1, "benchmark faults");
        for (var i = 0; i < Injections; i++)
        {
            var h = random.Next(from.Strata.Count);
            with.Inject(h, random.Next((int)from.Strata[h].Sites), scores);
        }
    }
}
