using Ballast.Core;
using Ballast.Learning.Training;
using Ballast.Robustness.Bounds;
using static TorchSharp.torch;

namespace Ballast.Benchmarks;

/// <summary>Random images of Fashion-MNIST's size with labels, and boxes of 0.05 around them.</summary>
internal sealed record TrainingBatch(Tensor Inputs, InputBox Box, Batch Batch)
{
    public static Dataset Data { get; } = new(new float[20 * 784], 20, sampleShape: [1, 28, 28], labels: Enumerable.Range(0, 20).Select(i => i % 10).ToArray(), classNames: [.. Enumerable.Range(0, 10).Select(k => $"{k}")]);

    public static TrainingBatch Of(int count)
    {
        var random = RandomStream.For(1, "benchmark images", count);
        var inputs = tensor(Enumerable.Range(0, count * 784).Select(_ => (float)random.NextDouble()).ToArray()).reshape(count, 1, 28, 28);
        var batch = new Batch { Inputs = inputs, Labels = arange(count, int64).remainder(10), Rows = arange(count, int64) };
        return new TrainingBatch(inputs, new InputBox(inputs - 0.05, inputs + 0.05), batch);
    }
}
