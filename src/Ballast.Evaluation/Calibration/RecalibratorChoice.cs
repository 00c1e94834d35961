using Ballast.Core;
using Ballast.Numerics.Intervals;
using Ballast.Numerics.Sampling;

namespace Ballast.Evaluation.Calibration;

/// <summary>Chooses among recalibrators by cross-validation: each learns on all folds but one and is judged on the rows left.</summary>
/// <remarks>
/// The one of the least metric is chosen if the 95% bootstrap interval over rows of its difference from the probabilities as they come lies below 0, else none is. Log loss is a proper score and therefore the
/// default; a calibration error alone is least for the map that says the same of every row.
/// </remarks>
public static class RecalibratorChoice
{
    /// <summary>Tries candidates and fits the best on all rows.</summary>
    /// <param name="predictions">n x K probabilities, n at least 2 K; on rows that trained neither the model nor anything it is judged by.</param>
    /// <param name="labels">n classes 0..K-1.</param>
    /// <param name="candidates">What is tried, at least one.</param>
    /// <param name="options">Metric, folds, seed; null for log loss, 5, 0.</param>
    /// <param name="progress">Told of each fit; may be null.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">There are no candidates or fewer than 2 K rows, a row's sum is off by more than 1e-3, or a label lies outside 0..K-1.</exception>
    public static ChosenRecalibrator Run(
        Predictions predictions, ReadOnlySpan<int> labels, IReadOnlyList<IRecalibrator> candidates, RecalibratorChoiceOptions? options = null,
        IProgress<ProgressUpdate>? progress = null, CancellationToken cancellation = default)
    {
        CalibrationRows.Check(predictions, labels);
        ArgumentNullException.ThrowIfNull(candidates);
        if (candidates.Count == 0)
            throw new ArgumentException("There is no recalibrator to try.", nameof(candidates));
        options ??= new RecalibratorChoiceOptions();
        var (sample, y) = Sample(predictions, labels, options);
        var folds = StratifiedFolds.Assign(y, sample.Classes, Math.Min(options.Folds, y.Length), options.Seed);
        var before = ChoiceMetric.Of(options.Metric, sample, y);

        var trials = new List<RecalibratorTrial>();
        foreach (var (c, candidate) in candidates.Index())
        {
            progress?.Report(new ProgressUpdate($"trying {candidate.Name}", (double)c / candidates.Count));
            var mended = OutOfFold(candidate, sample, y, folds, cancellation);
            var after = ChoiceMetric.Of(options.Metric, mended, y);
            trials.Add(new RecalibratorTrial(candidate.Name, after.Value(), Difference(before, after, options, cancellation)));
        }
        var best = trials.Index().MinBy(trial => trial.Item.Value);
        var gains = best.Item.Gain.Interval.High < 0;
        return new ChosenRecalibrator(before.Value(), trials, gains ? best.Item.Name : null, gains ? candidates[best.Index].Fit(predictions, labels, cancellation) : null, y.Length);
    }

    /// <summary>Position of the candidate of the least metric, however small its lead.</summary>
    internal static int Least(Predictions predictions, ReadOnlySpan<int> labels, IReadOnlyList<IRecalibrator> candidates, RecalibratorChoiceOptions options, CancellationToken cancellation)
    {
        var (sample, y) = Sample(predictions, labels, options);
        var folds = StratifiedFolds.Assign(y, sample.Classes, Math.Min(options.Folds, y.Length), options.Seed);
        double[] values = [.. candidates.Select(candidate => ChoiceMetric.Of(options.Metric, OutOfFold(candidate, sample, y, folds, cancellation), y).Value())];
        return Array.IndexOf(values, values.Min());
    }

    /// <summary>Probabilities of every row by maps that were learned without it.</summary>
    private static Predictions OutOfFold(IRecalibrator candidate, Predictions predictions, int[] labels, int[] folds, CancellationToken cancellation)
    {
        var values = new double[predictions.Values.Length];
        for (var f = 0; f <= folds.Max(); f++)
        {
            cancellation.ThrowIfCancellationRequested();
            int[] held = [.. Enumerable.Range(0, folds.Length).Where(i => folds[i] == f)], learn = [.. Enumerable.Range(0, folds.Length).Where(i => folds[i] != f)];
            var (training, trainingLabels) = CalibrationRows.Pick(predictions, labels, learn);
            var mended = candidate.Fit(training, trainingLabels, cancellation).Apply(CalibrationRows.Pick(predictions, labels, held).Predictions);
            for (var i = 0; i < held.Length; i++)
                mended.Row(i).CopyTo(values.AsSpan(held[i] * predictions.Classes));
        }
        return new Predictions(values, predictions.Classes);
    }

    // The same resamples for both: what they share in chance cancels.
    private static Estimate Difference(ChoiceMetric before, ChoiceMetric after, RecalibratorChoiceOptions options, CancellationToken cancellation)
    {
        var resampler = new RowResampler(before.Rows);
        var draws = Bootstrap.Run(1, new BootstrapOptions { Draws = options.Draws, Seed = options.Seed }, "recalibrator choice", () => new byte[before.Rows], (random, multiplicities, difference) =>
        {
            resampler.Draw(random, multiplicities);
            difference[0] = after.Value(multiplicities) - before.Value(multiplicities);
        }, cancellation);
        return new Estimate(after.Value() - before.Value(), draws[0], before.Rows);
    }

    private static (Predictions Predictions, int[] Labels) Sample(Predictions predictions, ReadOnlySpan<int> labels, RecalibratorChoiceOptions options)
    {
        if (labels.Length <= options.MostRows)
            return (predictions, labels.ToArray());
        return CalibrationRows.Pick(predictions, labels, RandomStream.For(options.Seed, "recalibrator choice rows").SampleWithoutReplacement(labels.Length, options.MostRows));
    }
}
