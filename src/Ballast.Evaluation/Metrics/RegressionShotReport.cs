using Ballast.Core;
using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Metrics;

/// <summary>Errors of predicted amounts for all labels and for those with many, medium and few training rows.</summary>
public sealed class RegressionShotReport
{
    private const int Groups = 4;
    private const int Terms = 3;
    private const double LeastError = 1e-10;

    private readonly ShotErrors?[] errors;

    private RegressionShotReport(ShotErrors?[] errors, IReadOnlyList<double> binErrors) => (this.errors, BinErrors) = (errors, binErrors);

    /// <summary>Over all labels.</summary>
    public ShotErrors All => errors[0]!;

    /// <summary>Over the labels of a group; null where it has no test row.</summary>
    public ShotErrors? this[Shot shot] => errors[1 + (int)shot];

    /// <summary>Mean |e| of each bin; NaN without test rows.</summary>
    public IReadOnlyList<double> BinErrors { get; }

    /// <summary>Measures and resamples within each bin.</summary>
    /// <param name="targets">n finite labels.</param>
    /// <param name="predictions">n finite predictions.</param>
    /// <param name="bins">Bins of labels.</param>
    /// <param name="groups">The group of each bin, such as <see cref="ShotGroups.ByCount"/> of the training histogram.</param>
    /// <param name="averaging">What counts alike.</param>
    /// <param name="bootstrap">Draws, level, seed; null for 1000, 95%, 0.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, a value is not finite, or there are not as many groups as bins.</exception>
    public static RegressionShotReport Build(
        ReadOnlySpan<double> targets, ReadOnlySpan<double> predictions, LabelBins bins, ShotGroups groups, ShotAveraging averaging = ShotAveraging.Bins,
        BootstrapOptions? bootstrap = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(bins);
        ArgumentNullException.ThrowIfNull(groups);
        Guard.SameLength(targets.Length, predictions.Length, nameof(targets), nameof(predictions));
        Guard.SameLength(bins.Count, groups.Count, "the bins", nameof(groups));
        if (targets.IsEmpty)
            throw new ArgumentException("There are no rows to evaluate.", nameof(targets));
        var rows = targets.Length;
        var (binOf, terms) = (new int[rows], new double[rows * Terms]);
        for (var i = 0; i < rows; i++)
        {
            if (!double.IsFinite(targets[i]) || !double.IsFinite(predictions[i]))
                throw new ArgumentException($"Row {i + 1} has target {targets[i]} and prediction {predictions[i]}; both must be finite.", nameof(predictions));
            var error = Math.Abs(predictions[i] - targets[i]);
            binOf[i] = bins.IndexOf(targets[i]);
            (terms[3 * i], terms[3 * i + 1], terms[3 * i + 2]) = (error, error * error, Math.Log(Math.Max(error, LeastError)));
        }
        var shares = new Shares(binOf, bins.Count, groups, averaging);
        var (resampler, options) = (new RowResampler(binOf, bins.Count), bootstrap ?? BootstrapOptions.Default);
        var draws = Bootstrap.Run(Groups * Terms, options, "shot errors", () => new byte[rows], (random, times, values) =>
        {
            resampler.Draw(random, times);
            Measure(terms, times, shares, values);
        }, cancellation);
        var (ones, measured) = (new byte[rows], new double[Groups * Terms]);
        ones.AsSpan().Fill(1);
        Measure(terms, ones, shares, measured);
        Estimate Figure(int group, int term) => new(measured[group * Terms + term], draws[group * Terms + term], shares.Rows[group]);
        var errors = Enumerable.Range(0, Groups).Select(group => shares.Rows[group] == 0
            ? null
            : new ShotErrors(Figure(group, 0), Figure(group, 1), Figure(group, 2), shares.Bins[group])).ToArray();
        return new RegressionShotReport(errors, BinMeans(terms, binOf, bins.Count));
    }

    private static void Measure(double[] terms, byte[] times, Shares shares, Span<double> values)
    {
        values.Clear();
        for (var i = 0; i < times.Length; i++)
            for (var t = 0; times[i] > 0 && t < Terms; t++)
            {
                values[t] += times[i] * shares.OfAll[i] * terms[Terms * i + t];
                if (shares.GroupOf[i] > 0)
                    values[shares.GroupOf[i] * Terms + t] += times[i] * shares.OfGroup[i] * terms[Terms * i + t];
            }
        for (var group = 0; group < Groups; group++)
            values[group * Terms + 2] = Math.Exp(values[group * Terms + 2]);
    }

    private static double[] BinMeans(double[] terms, int[] binOf, int bins)
    {
        var (sums, counts) = (new double[bins], new int[bins]);
        for (var i = 0; i < binOf.Length; i++)
        {
            sums[binOf[i]] += terms[Terms * i];
            counts[binOf[i]]++;
        }
        return [.. sums.Select((sum, b) => sum / counts[b])];
    }

    /// <summary>How much each row counts in the mean of all labels and in that of its group (0 is all, 1..3 the shots; 0 as a row's group means none).</summary>
    private sealed class Shares
    {
        public Shares(int[] binOf, int bins, ShotGroups groups, ShotAveraging averaging)
        {
            var counts = new int[bins];
            foreach (var bin in binOf)
                counts[bin]++;
            int Group(int bin) => groups[bin] is { } shot ? 1 + (int)shot : 0;
            for (var bin = 0; bin < bins; bin++)
                if (counts[bin] > 0)
                    foreach (var group in new[] { 0, Group(bin) }.Distinct())
                        (Rows[group], Bins[group]) = (Rows[group] + counts[bin], Bins[group] + 1);
            double Share(int group, int bin) => averaging == ShotAveraging.Rows ? 1.0 / Rows[group] : 1.0 / Bins[group] / counts[bin];
            GroupOf = Array.ConvertAll(binOf, Group);
            OfAll = Array.ConvertAll(binOf, bin => Share(0, bin));
            OfGroup = Array.ConvertAll(binOf, bin => Share(Group(bin), bin));
        }

        public int[] Rows { get; } = new int[Groups];

        public int[] Bins { get; } = new int[Groups];

        public int[] GroupOf { get; }

        public double[] OfAll { get; }

        public double[] OfGroup { get; }
    }
}
