using Ballast.Core;

namespace Ballast.Tests.Data.Resampling;

/// <summary>Small labelled sets for the tests of resamplers.</summary>
internal static class ResamplingData
{
    /// <summary>Overlapping Gaussian classes; row ids start at 1000 so that they cannot be mistaken for positions.</summary>
    /// <param name="classCounts">Rows of each class.</param>
    /// <param name="numeric">Numeric columns.</param>
    /// <param name="categorical">Categorical columns of 4 categories.</param>
    /// <param name="seed">Seed.</param>
    public static Dataset Make(int[] classCounts, int numeric = 3, int categorical = 0, int seed = 0)
    {
        var random = RandomStream.For(seed, "test rows");
        var labels = classCounts.SelectMany((count, c) => Enumerable.Repeat(c, count)).ToArray();
        random.Shuffle(labels.AsSpan());
        var width = numeric + categorical;
        var features = new float[labels.Length * width];
        for (var i = 0; i < features.Length; i++)
        {
            var label = labels[i / width];
            features[i] = i % width < numeric ? (float)(random.NextGaussian() + 0.8 * label) : random.Next(10) < 6 ? label % 4 : random.Next(4);
        }
        FeatureColumn[] columns =
        [
            .. Enumerable.Range(0, numeric).Select(j => FeatureColumn.Numeric($"n{j}")),
            .. Enumerable.Range(0, categorical).Select(j => FeatureColumn.Categorical($"c{j}", ["a", "b", "c", "d"])),
        ];
        return new Dataset(
            features, labels.Length, columns, labels: labels, classNames: [.. classCounts.Select((_, c) => $"class {c}")],
            rowIds: Enumerable.Range(1000, labels.Length).ToArray());
    }

    public static Dataset With(Dataset data, int row, int column, float value)
    {
        var features = data.Features.ToArray();
        features[row * data.Width + column] = value;
        return new Dataset(features, data.Count, data.Columns, labels: data.Labels, classNames: data.ClassNames, rowIds: data.RowIds);
    }
}
