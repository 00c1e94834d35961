using Ballast.Core;

namespace Ballast.Tests.Learning.Tabular;

/// <summary>Small made-up tables for the learners' tests.</summary>
internal static class TableSamples
{
    /// <summary>Two numeric features, one category of four codes and one of noise; the class follows the first three, with 10% of labels random.</summary>
    internal static Dataset Classes(int count = 300, int classes = 3, double missing = 0.05, int seed = 1)
    {
        var random = RandomStream.For(seed, "table sample");
        var (features, labels) = (new float[count * 4], new int[count]);
        for (var i = 0; i < count; i++)
        {
            var (a, b, c) = (random.NextGaussian(), random.NextGaussian(), random.Next(4));
            labels[i] = random.NextDouble() < 0.1
                ? random.Next(classes)
                : Math.Clamp((int)Math.Floor((a + 0.5 * b + (c - 1.5)) / 1.2 + classes / 2.0), 0, classes - 1);
            double[] row = [a, b, c, random.NextGaussian()];
            for (var j = 0; j < 4; j++)
                features[i * 4 + j] = random.NextDouble() < missing ? float.NaN : (float)row[j];
        }
        return new Dataset(features, count, Columns, labels: labels, classNames: [.. Enumerable.Range(0, classes).Select(k => $"class {k}")]);
    }

    /// <summary>The same features with a real target of known noise 0.1.</summary>
    internal static Dataset Targets(int count = 300, int seed = 1)
    {
        var data = Classes(count, missing: 0, seed: seed);
        var random = RandomStream.For(seed, "targets");
        var targets = new double[count];
        for (var i = 0; i < count; i++)
            targets[i] = 1000 + 3 * data.Row(i)[0] - 2 * data.Row(i)[1] + data.Row(i)[2] * data.Row(i)[2] + 0.1 * random.NextGaussian();
        return new Dataset(data.Features, count, data.Columns, targets: targets);
    }

    internal static FeatureColumn[] Columns { get; } =
    [
        FeatureColumn.Numeric("height"), FeatureColumn.Numeric("weight"),
        FeatureColumn.Categorical("colour", ["red", "green", "blue", "grey"]), FeatureColumn.Numeric("noise"),
    ];

    internal static Dataset Table(float[] features, int width, int[] labels, int classes) => new(
        features, labels.Length, [.. Enumerable.Range(0, width).Select(j => FeatureColumn.Numeric($"f{j}"))],
        labels: labels, classNames: [.. Enumerable.Range(0, classes).Select(k => $"c{k}")]);

    internal static double Accuracy(Dataset data, Predictions predictions) =>
        Enumerable.Range(0, data.Count).Average(i => predictions.ArgMax(i) == data.Labels.Span[i] ? 1.0 : 0.0);
}
