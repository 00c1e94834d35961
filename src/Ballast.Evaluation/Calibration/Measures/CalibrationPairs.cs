using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Evaluation.Calibration.Measures;

/// <summary>Pairs of different rows with what each adds to the squared kernel calibration error.</summary>
internal sealed class CalibrationPairs
{
    private readonly int[] first, second;
    private readonly double[] kernel, products, values;
    private readonly Predictions predictions;

    private CalibrationPairs(Predictions predictions, ReadOnlySpan<int> labels, int[] first, int[] second)
    {
        (this.predictions, this.first, this.second) = (predictions, first, second);
        (kernel, products, values) = (new double[first.Length], new double[first.Length], new double[first.Length]);
        RowChunks.Map(first.Length, (start, end) =>
        {
            for (var pair = start; pair < end; pair++)
            {
                var a = predictions.Row(first[pair]);
                var b = predictions.Row(second[pair]);
                (kernel[pair], products[pair]) = (Math.Exp(-TensorPrimitives.Distance(a, b)), TensorPrimitives.Dot(a, b));
            }
            return 0;
        });
        Fill(labels, values);
    }

    /// <summary>Mean over the pairs.</summary>
    public double Mean => TensorPrimitives.Average<double>(values);

    /// <summary>All pairs where they are at most <paramref name="most"/>, else that many drawn at random.</summary>
    public static CalibrationPairs Draw(Predictions predictions, ReadOnlySpan<int> labels, int most, int seed)
    {
        var rows = labels.Length;
        var all = (long)rows * (rows - 1) / 2;
        var count = (int)Math.Min(all, most);
        var (first, second) = (new int[count], new int[count]);
        if (all <= most)
        {
            for (var (i, pair) = (1, 0); i < rows; i++)
                for (var j = 0; j < i; j++)
                    (first[pair], second[pair++]) = (i, j);
            return new CalibrationPairs(predictions, labels, first, second);
        }
        var random = RandomStream.For(seed, "calibration pairs");
        for (var pair = 0; pair < count; pair++)
        {
            first[pair] = random.Next(rows);
            second[pair] = random.Next(rows - 1);
            if (second[pair] >= first[pair])
                second[pair]++;
        }
        return new CalibrationPairs(predictions, labels, first, second);
    }

    /// <summary>Mean for other labels of the same rows.</summary>
    public double MeanFor(ReadOnlySpan<int> labels, double[] buffer)
    {
        Fill(labels, buffer);
        return TensorPrimitives.Average<double>(buffer);
    }

    /// <summary>A buffer for <see cref="MeanFor"/>.</summary>
    public double[] NewBuffer() => new double[first.Length];

    /// <summary>Mean over the pairs of a resample; a row drawn twice makes no pair with itself, which would bias the mean upwards.</summary>
    public double MeanOf(ReadOnlySpan<byte> multiplicities)
    {
        var (sum, weight) = (0.0, 0L);
        for (var pair = 0; pair < first.Length; pair++)
        {
            var count = multiplicities[first[pair]] * multiplicities[second[pair]];
            sum += count * values[pair];
            weight += count;
        }
        return weight == 0 ? double.NaN : sum / weight;
    }

    private void Fill(ReadOnlySpan<int> labels, double[] into)
    {
        var classes = predictions.Classes;
        var probabilities = predictions.Values;
        for (var pair = 0; pair < first.Length; pair++)
        {
            var (i, j) = (first[pair], second[pair]);
            into[pair] = kernel[pair] * (products[pair] - probabilities[i * classes + labels[j]] - probabilities[j * classes + labels[i]] + (labels[i] == labels[j] ? 1 : 0));
        }
    }
}
