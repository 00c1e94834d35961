using Ballast.Core;
using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Metrics;

/// <summary>Means of columns of row values, with bootstrap intervals over rows.</summary>
internal static class MeanBootstrap
{
    /// <param name="values">n x columns, row-major.</param>
    /// <param name="columns">Values a row.</param>
    /// <param name="strata">The stratum 0..S-1 of each row; its rows keep their number.</param>
    /// <param name="strataCount">Strata S.</param>
    /// <param name="options">Draws, level, seed.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static Estimate[] Run(
        double[] values, int columns, ReadOnlySpan<int> strata, int strataCount, BootstrapOptions options, CancellationToken cancellation)
    {
        var rows = values.Length / columns;
        var resampler = new RowResampler(strata, strataCount);
        var draws = Bootstrap.Run(columns, options, "row means", () => new byte[rows], (random, multiplicities, means) =>
        {
            resampler.Draw(random, multiplicities);
            WeightedSums(values, multiplicities, means);
            foreach (ref var mean in means)
                mean /= rows;
        }, cancellation);
        var sums = new double[columns];
        var ones = new byte[rows];
        ones.AsSpan().Fill(1);
        WeightedSums(values, ones, sums);
        return [.. sums.Select((sum, c) => new Estimate(sum / rows, draws[c], rows))];
    }

    /// <summary>For each column the sum over rows of multiplicity times value.</summary>
    public static void WeightedSums(ReadOnlySpan<double> values, ReadOnlySpan<byte> multiplicities, Span<double> sums)
    {
        sums.Clear();
        var columns = sums.Length;
        if (columns == 2)
        {
            var (a, b) = (0.0, 0.0);
            for (var i = 0; i < multiplicities.Length; i++)
            {
                double weight = multiplicities[i];
                a += weight * values[2 * i];
                b += weight * values[2 * i + 1];
            }
            (sums[0], sums[1]) = (a, b);
            return;
        }
        for (var i = 0; i < multiplicities.Length; i++)
            for (var c = 0; c < columns; c++)
                sums[c] += multiplicities[i] * values[i * columns + c];
    }
}
