using Ballast.Core;
using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Metrics;

/// <summary>Differences (second minus first) of two models' scores on the same rows, by a paired bootstrap stratified by label.</summary>
public static class ScoreComparison
{
    /// <summary>The difference of every ranking metric that is defined for both: none of the first three with one class only, no Brier score or log loss where a score is no probability.</summary>
    /// <param name="labels">n labels, 1 for positive.</param>
    /// <param name="first">n scores of the first model.</param>
    /// <param name="second">n scores of the second model.</param>
    /// <param name="bootstrap">Draws, level, seed; null for 1000, 95%, 0.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, labels are not 0/1, a score is NaN.</exception>
    public static IReadOnlyDictionary<RankingMetric, Estimate> Run(
        ReadOnlySpan<int> labels, ReadOnlySpan<double> first, ReadOnlySpan<double> second, BootstrapOptions? bootstrap = null, CancellationToken cancellation = default)
    {
        LabelledRows.CheckBinary(labels, first);
        LabelledRows.CheckBinary(labels, second);
        var options = bootstrap ?? BootstrapOptions.Default;
        var rows = labels.Length;
        var counts = LabelledRows.Counts(labels, 2);
        var differences = new Dictionary<RankingMetric, Estimate>();
        if (counts[0] > 0 && counts[1] > 0)
        {
            var (one, two) = (new RankedRows(labels, first), new RankedRows(labels, second));
            void Measure(ReadOnlySpan<byte> times, Span<double> values)
            {
                Span<double> before = stackalloc double[3];
                one.Measure(times, counts[1], counts[0], before);
                two.Measure(times, counts[1], counts[0], values);
                for (var m = 0; m < 3; m++)
                    values[m] -= before[m];
            }
            var resampler = new RowResampler(labels, 2);
            var draws = Bootstrap.Run(3, options, "paired ranking metrics", () => new byte[rows], (random, times, values) =>
            {
                resampler.Draw(random, times);
                Measure(times, values);
            }, cancellation);
            var (ones, observed) = (new byte[rows], new double[3]);
            ones.AsSpan().Fill(1);
            Measure(ones, observed);
            for (var m = 0; m < 3; m++)
                differences[(RankingMetric)m] = new Estimate(observed[m], draws[m], rows);
        }
        if (AreProbabilities(first) && AreProbabilities(second))
        {
            var losses = ProbabilityLosses.Binary(labels, second);
            var others = ProbabilityLosses.Binary(labels, first);
            for (var i = 0; i < losses.Length; i++)
                losses[i] -= others[i];
            var means = MeanBootstrap.Run(losses, columns: 2, labels, 2, options, cancellation);
            (differences[RankingMetric.Brier], differences[RankingMetric.LogLoss]) = (means[0], means[1]);
        }
        return differences;
    }

    private static bool AreProbabilities(ReadOnlySpan<double> scores)
    {
        foreach (var score in scores)
            if (score is < 0 or > 1)
                return false;
        return true;
    }
}
