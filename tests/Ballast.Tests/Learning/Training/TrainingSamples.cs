using Ballast.Core;
using Ballast.Learning.Networks;

namespace Ballast.Tests.Learning.Training;

/// <summary>Small sets to train on, and weights as numbers.</summary>
internal static class TrainingSamples
{
    /// <summary>Gaussian blobs, one a class, at the corners of a cube; class k has counts[k] rows, in mixed order.</summary>
    public static Dataset Blobs(params int[] counts) => Blobs(0, counts);

    public static Dataset Blobs(int seed, int[] counts)
    {
        const int width = 6;
        var random = RandomStream.For(seed, "blobs");
        var labels = counts.SelectMany((count, k) => Enumerable.Repeat(k, count)).ToArray();
        random.Shuffle(labels.AsSpan());
        var features = new float[labels.Length * width];
        for (var i = 0; i < labels.Length; i++)
            for (var j = 0; j < width; j++)
                features[i * width + j] = (float)(random.NextGaussian() + (((labels[i] + 1) >> j) & 1) * 4);
        return new Dataset(features, labels.Length, Columns(width), labels: labels, classNames: [.. counts.Select((_, k) => $"c{k}")]);
    }

    /// <summary>A linear target with noise.</summary>
    public static Dataset Line(int count)
    {
        var random = RandomStream.For(1, "line");
        var features = new float[count * 3];
        var targets = new double[count];
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < 3; j++)
                features[i * 3 + j] = (float)random.NextGaussian();
            targets[i] = features[i * 3] - 2 * features[i * 3 + 1] + 0.1 * random.NextGaussian();
        }
        return new Dataset(features, count, Columns(3), targets: targets);
    }

    /// <summary>Random images of Fashion-MNIST's size.</summary>
    public static Dataset Images(int count, int classes = 10)
    {
        var random = RandomStream.For(2, "images");
        var features = new float[count * 784];
        for (var i = 0; i < features.Length; i++)
            features[i] = random.NextUInt32() * (1f / uint.MaxValue);
        return new Dataset(
            features, count, sampleShape: [1, 28, 28], labels: Enumerable.Range(0, count).Select(i => i % classes).ToArray(),
            classNames: [.. Enumerable.Range(0, classes).Select(k => $"c{k}")]);
    }

    /// <summary>Every parameter and buffer, one after the other.</summary>
    public static float[] Weights(Network network) =>
        [.. network.named_parameters().Select(p => (TorchSharp.torch.Tensor)p.parameter).Concat(network.named_buffers().Select(b => b.buffer)).SelectMany(Values)];

    private static float[] Values(TorchSharp.torch.Tensor tensor)
    {
        using var values = tensor.detach().to(TorchSharp.torch.float32).contiguous();
        return values.data<float>().ToArray();
    }

    private static FeatureColumn[] Columns(int width) => [.. Enumerable.Range(0, width).Select(j => FeatureColumn.Numeric($"f{j}"))];
}
