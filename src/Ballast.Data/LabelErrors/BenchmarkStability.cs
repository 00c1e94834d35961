using Ballast.Core;
using Ballast.Numerics.Intervals;

namespace Ballast.Data.LabelErrors;

/// <summary>Asks of a reviewed test set whether its leaderboard would stand with right labels, and at what noise prevalence it flips.</summary>
/// <remarks>
/// Source: Northcutt, Athalye and Mueller, "Pervasive Label Errors in Test Sets Destabilize Machine Learning Benchmarks", NeurIPS 2021,
/// section 5. Raising the prevalence by dropping random benign rows is done in expectation, which is exact and needs no sampling.
/// </remarks>
public static class BenchmarkStability
{
    private static readonly double[] DefaultGrid = [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5];

    /// <summary>Analyses the models' predictions.</summary>
    /// <param name="models">At least one, each with n predicted classes.</param>
    /// <param name="given">n given labels.</param>
    /// <param name="corrected">n labels, right where the verdict is <see cref="RowVerdict.Correctable"/>.</param>
    /// <param name="verdicts">n verdicts; needs benign and correctable rows.</param>
    /// <param name="prevalences">Grid of noise prevalences in [0,1]; null: 0 to 0.5.</param>
    /// <param name="bootstrap">Draws, level and seed of the intervals; null: 1000 draws at 0.95.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">Lengths differ, no models, no benign or no correctable rows, or a correctable row whose corrected label is the given one.</exception>
    public static StabilityReport Analyse(
        IReadOnlyList<ModelPredictions> models, ReadOnlyMemory<int> given, ReadOnlyMemory<int> corrected, ReadOnlyMemory<RowVerdict> verdicts,
        IReadOnlyList<double>? prevalences = null, BootstrapOptions? bootstrap = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(models);
        if (models.Count == 0)
            throw new ArgumentException("At least one model is needed.", nameof(models));
        Guard.SameLength(given.Length, corrected.Length, nameof(given), nameof(corrected));
        Guard.SameLength(given.Length, verdicts.Length, nameof(given), nameof(verdicts));
        foreach (var model in models)
            Guard.SameLength(given.Length, model.Predicted.Length, nameof(given), model.Name);
        foreach (var prevalence in prevalences ?? DefaultGrid)
            Guard.InRange(prevalence, 0, 1, nameof(prevalences));
        bootstrap ??= BootstrapOptions.Default;

        var benign = RowsWith(verdicts.Span, RowVerdict.Benign);
        var correctable = RowsWith(verdicts.Span, RowVerdict.Correctable);
        if (benign.Length == 0 || correctable.Length == 0)
            throw new ArgumentException($"Stability needs benign and correctable rows; there are {benign.Length} and {correctable.Length}.", nameof(verdicts));
        foreach (var row in correctable)
            if (corrected.Span[row] == given.Span[row])
                throw new ArgumentException($"Row {row + 1} is correctable, but its corrected label is the given one ({given.Span[row]}).", nameof(corrected));

        var onBenign = Hits(models, given.Span, benign);
        var onCorrectable = Hits(models, corrected.Span, correctable);
        var results = new ModelStability[models.Count];
        for (var m = 0; m < results.Length; m++)
        {
            var (a, c) = (Total(onBenign, m, models.Count), Total(onCorrectable, m, models.Count));
            var predicted = models[m].Predicted.Span;
            results[m] = new ModelStability(
                models[m].Name, Accuracy(predicted, given.Span), (a + c) / (double)(benign.Length + correctable.Length),
                a / (double)benign.Length, c / (double)correctable.Length, Accuracy(predicted, given.Span, correctable));
        }
        var present = correctable.Length / (double)(benign.Length + correctable.Length);
        return new StabilityReport(
            benign.Length, correctable.Length, given.Length - benign.Length - correctable.Length, results,
            [.. (prevalences ?? DefaultGrid).Prepend(present).Select(n => Table(results, n))],
            Flips(results, onBenign, onCorrectable, present, bootstrap, cancellation), bootstrap.Draws);
    }

    private static RankTable Table(ModelStability[] models, double prevalence)
    {
        var original = Array.ConvertAll(models, m => m.OriginalAt(prevalence));
        var corrected = Array.ConvertAll(models, m => m.CorrectedAt(prevalence));
        return new RankTable(prevalence, Ranks(original), Ranks(corrected), KendallTau(original, corrected));
    }

    private static BenchmarkFlip[] Flips(
        ModelStability[] models, byte[] onBenign, byte[] onCorrectable, double present, BootstrapOptions options, CancellationToken cancellation)
    {
        var pairs = new List<(int First, int Second, double At)>();
        for (var a = 0; a < models.Length; a++)
            for (var b = 0; b < models.Length; b++)
                if (FlipAt(models[a].BenignAccuracy - models[b].BenignAccuracy, models[a].CorrectableAccuracy - models[b].CorrectableAccuracy) is var at && !double.IsNaN(at))
                    pairs.Add((a, b, at));

        var count = models.Length;
        var (benign, correctable) = (onBenign.Length / count, onCorrectable.Length / count);
        var draws = Bootstrap.Run(pairs.Count, options, "benchmark stability", () => new int[2 * count], (random, sums, statistics) =>
        {
            Array.Clear(sums);
            Resample(onBenign, benign, random, sums.AsSpan(0, count));
            Resample(onCorrectable, correctable, random, sums.AsSpan(count));
            for (var p = 0; p < statistics.Length; p++)
            {
                var (a, b, _) = pairs[p];
                statistics[p] = FlipAt((sums[a] - sums[b]) / (double)benign, (sums[count + a] - sums[count + b]) / (double)correctable);
            }
        }, cancellation);
        return [.. pairs
            .Select((pair, p) => new BenchmarkFlip(pair.First, pair.Second, pair.At, pair.At - present, draws[p], draws.UndefinedDraws(p)))
            .OrderBy(flip => flip.Prevalence)];
    }

    /// <summary>N* where a lead dP on benign rows meets a lag dC on correctable ones; NaN without either.</summary>
    private static double FlipAt(double onBenign, double onCorrectable) =>
        onBenign > 0 && onCorrectable < 0 ? onBenign / (onBenign - onCorrectable) : double.NaN;

    // The same rows for all models, so that their differences keep their correlation.
    private static void Resample(byte[] hits, int rows, RandomStream random, Span<int> sums)
    {
        for (var i = 0; i < rows; i++)
        {
            var row = hits.AsSpan(random.Next(rows) * sums.Length, sums.Length);
            for (var m = 0; m < row.Length; m++)
                sums[m] += row[m];
        }
    }

    private static int[] RowsWith(ReadOnlySpan<RowVerdict> verdicts, RowVerdict wanted)
    {
        var rows = new List<int>();
        for (var i = 0; i < verdicts.Length; i++)
        {
            if (!Enum.IsDefined(verdicts[i]))
                throw new ArgumentException($"Row {i + 1}: unknown verdict {verdicts[i]}.", nameof(verdicts));
            if (verdicts[i] == wanted)
                rows.Add(i);
        }
        return [.. rows];
    }

    // rows x models: 1 where the model is right.
    private static byte[] Hits(IReadOnlyList<ModelPredictions> models, ReadOnlySpan<int> truth, int[] rows)
    {
        var hits = new byte[checked(rows.Length * models.Count)];
        for (var m = 0; m < models.Count; m++)
        {
            var predicted = models[m].Predicted.Span;
            for (var i = 0; i < rows.Length; i++)
                hits[i * models.Count + m] = predicted[rows[i]] == truth[rows[i]] ? (byte)1 : (byte)0;
        }
        return hits;
    }

    private static int Total(byte[] hits, int model, int models)
    {
        var total = 0;
        for (var i = model; i < hits.Length; i += models)
            total += hits[i];
        return total;
    }

    private static double Accuracy(ReadOnlySpan<int> predicted, ReadOnlySpan<int> truth)
    {
        var right = 0;
        for (var i = 0; i < truth.Length; i++)
            right += predicted[i] == truth[i] ? 1 : 0;
        return right / (double)truth.Length;
    }

    private static double Accuracy(ReadOnlySpan<int> predicted, ReadOnlySpan<int> truth, int[] rows)
    {
        var right = 0;
        foreach (var row in rows)
            right += predicted[row] == truth[row] ? 1 : 0;
        return right / (double)rows.Length;
    }

    private static int[] Ranks(double[] accuracies) =>
        Array.ConvertAll(accuracies, own => 1 + accuracies.Count(other => other > own));

    private static double KendallTau(double[] x, double[] y)
    {
        long score = 0, untiedX = 0, untiedY = 0;
        for (var i = 0; i < x.Length; i++)
            for (var j = 0; j < i; j++)
            {
                var (dx, dy) = (x[i].CompareTo(x[j]), y[i].CompareTo(y[j]));
                score += dx * dy;
                untiedX += dx * dx;
                untiedY += dy * dy;
            }
        return score / Math.Sqrt((double)untiedX * untiedY);
    }
}
