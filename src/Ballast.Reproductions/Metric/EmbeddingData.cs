using System.Globalization;
using Ballast.Core;

namespace Ballast.Reproductions.Metric;

/// <summary>Rows to train an embedding on and rows to judge it by.</summary>
/// <param name="Train">With labels.</param>
/// <param name="Test">With labels.</param>
internal sealed record EmbeddingData(Dataset Train, Dataset Test)
{
    private const int Classes = 100, TrainClasses = 60, RowsPerClass = 40;
    private const int Latent = 8, Hidden = 64, Width = 32;
    private const int Letters = 26, HeldOut = 60;

    /// <summary>An open world: 100 classes of different spread, seen through a fixed nonlinear map together with as many nuisance dimensions; the last 40 classes are never trained on.</summary>
    public static EmbeddingData OpenWorld(int seed)
    {
        var random = RandomStream.For(seed, "open world");
        double[] Gaussians(int count, double deviation) => [.. Enumerable.Range(0, count).Select(_ => deviation * random.NextGaussian())];
        var (a, b) = (Gaussians(2 * Latent * Hidden, 1.0 / 4), Gaussians(Hidden * Width, 1.0 / 8));
        var features = new double[Classes * RowsPerClass * Width];
        for (var k = 0; k < Classes; k++)
        {
            var (centre, spread) = (Gaussians(Latent, 1), 0.1 + 0.4 * random.NextDouble());
            for (var i = 0; i < RowsPerClass; i++)
            {
                double[] source = [.. centre.Select(c => c + spread * random.NextGaussian()), .. Gaussians(Latent, 1)];
                var hidden = Times(source, a, Hidden).Select(value => 4 * Math.Tanh(value)).ToArray();
                Times(hidden, b, Width).CopyTo(features, (k * RowsPerClass + i) * Width);
            }
        }
        var labels = Enumerable.Range(0, Classes * RowsPerClass).Select(i => i / RowsPerClass).ToArray();
        var all = Standardised(features, Width, labels, Classes);
        var train = Enumerable.Range(0, TrainClasses * RowsPerClass).ToArray();
        return new EmbeddingData(
            new Dataset(all.Features[..(train.Length * Width)], train.Length, [], [Width], labels.AsMemory(0, train.Length), [.. Enumerable.Range(0, TrainClasses).Select(k => $"c{k}")]),
            all.Select([.. Enumerable.Range(train.Length, all.Count - train.Length)]));
    }

    /// <summary>The letters: 60 rows of each held out by seed.</summary>
    public static EmbeddingData OfLetters(string path, int seed)
    {
        var cells = File.ReadLines(path).Skip(1).Where(line => line.Length > 0).Select(line => line.Split(',')).ToArray();
        var labels = Array.ConvertAll(cells, row => row[0].Trim('"')[0] - 'A');
        var all = Standardised([.. cells.SelectMany(row => row.Skip(1)).Select(cell => double.Parse(cell, CultureInfo.InvariantCulture))], cells[0].Length - 1, labels, Letters);
        var random = RandomStream.For(seed, "held-out letters");
        var test = Enumerable.Range(0, Letters).SelectMany(k => random.SampleWithoutReplacement(all.RowsOf(k).Length, HeldOut).Select(i => all.RowsOf(k)[i])).ToArray();
        var held = test.ToHashSet();
        return new EmbeddingData(all.Select([.. Enumerable.Range(0, all.Count).Where(i => !held.Contains(i))]), all.Select(test));
    }

    private static double[] Times(double[] row, double[] matrix, int width)
    {
        var product = new double[width];
        for (var i = 0; i < row.Length; i++)
            for (var j = 0; j < width; j++)
                product[j] += row[i] * matrix[i * width + j];
        return product;
    }

    private static Dataset Standardised(double[] features, int width, int[] labels, int classes)
    {
        var count = labels.Length;
        var scaled = new float[features.Length];
        for (var j = 0; j < width; j++)
        {
            var column = Enumerable.Range(0, count).Select(i => features[i * width + j]).ToArray();
            var mean = column.Average();
            var deviation = Math.Sqrt(column.Average(value => (value - mean) * (value - mean)));
            for (var i = 0; i < count; i++)
                scaled[i * width + j] = (float)((column[i] - mean) / deviation);
        }
        return new Dataset(scaled, count, [], [width], labels, [.. Enumerable.Range(0, classes).Select(k => $"c{k}")]);
    }
}
