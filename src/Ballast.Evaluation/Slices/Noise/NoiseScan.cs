using Ballast.Core;

namespace Ballast.Evaluation.Slices.Noise;

/// <summary>Finds parts of a table where labels are wrong more often than elsewhere, and says how often for each row.</summary>
/// <remarks>
/// A Bayesian scan statistic (Neill, Moore and Cooper, NIPS 2005) over boxes of one or two columns. Labels are explained by the probabilities of a model that did not learn them and a share e of wrong
/// ones, P(label) = (1 - e) p + e (1 - p)/(K - 1). Either e is the same everywhere, or, with the prior probability of <see cref="NoiseScanOptions.Prior"/>, one box has a higher one; all pairs of columns, within a pair all boxes and
/// within a box a few rates are alike beforehand. The mean likelihood ratio over boxes and rates is the Bayes factor, so that looking at many boxes is paid for, and a row's rate is the mean over boxes by their
/// posterior. Where a part is likelier than not it is taken for granted and the next one sought. Where a part has a posterior below 5% nothing is changed. A part with hard rows is no such part as long as the
/// probabilities know that they are hard.
/// </remarks>
/// <param name="options">How to search; null for the defaults.</param>
public sealed class NoiseScan(NoiseScanOptions? options = null)
{
    private const double LeastProbability = 0.05;

    // What public test sets have on average (Northcutt, Athalye and Mueller 2021: 3.3%). Probabilities that are not sure enough leave no room for wrong labels, and any part would stand out beyond measure.
    private const double LeastBaseRate = 0.03;
    private const double LargestShare = 0.5;
    private const double LeastRatio = 1.3;

    // Pairs of columns whose likelihood is so much below that of all together are left out of the rates of rows.
    private const double PairsLeftOut = 15;

    private static readonly double[] candidateRates = [0.1, 0.2, 0.3, 0.45, 0.6];

    private readonly NoiseScanOptions options = options ?? new NoiseScanOptions();

    /// <summary>Looks at all rows.</summary>
    /// <param name="data">A table of n rows with classes.</param>
    /// <param name="predictions">n x K probabilities, by models that were not trained on the row nor, as far as known, on wrong labels.</param>
    /// <param name="groups">n groups of copies of a row, which count as one row together; empty: no copies.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">Lengths differ, or the dataset has no named columns or no labels.</exception>
    public LocalNoise Find(Dataset data, Predictions predictions, ReadOnlySpan<int> groups = default, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(predictions);
        Guard.SameLength(data.Count, predictions.Count, nameof(data), nameof(predictions));
        if (data.Columns.Count == 0 || data.Labels.Length != data.Count || predictions.Classes < 2)
            throw new ArgumentException("Parts with wrong labels need named columns, labels and at least two classes.", nameof(data));

        var weights = Weights(data.Count, groups);
        var likelihood = new NoiseLikelihood(predictions, data.Labels.Span, weights);
        var baseRate = Math.Max(LeastBaseRate, likelihood.LikeliestRate());
        var rates = Enumerable.Repeat(baseRate, data.Count).ToArray();
        var regions = new List<NoiseRegion>();
        var columns = Columns(data, likelihood, weights, rates, baseRate);
        while (regions.Count < options.MaximumRegions && Seek(columns, likelihood, weights, rates, baseRate, cancellation) is { } found)
        {
            regions.Add(found.Region);
            rates = found.Rates;
            if (found.Region.Probability < 0.5)
                break;
        }
        return new LocalNoise(baseRate, rates, regions);
    }

    // One more part beside those that the rates so far know.
    private (NoiseRegion Region, double[] Rates)? Seek(
        ScannedColumn[] columns, NoiseLikelihood likelihood, double[] weights, double[] rates, double baseRate, CancellationToken cancellation)
    {
        var candidates = Candidates(baseRate);
        if (candidates.Length == 0)
            return null;
        var gains = Gains(likelihood, weights, rates, candidates);
        var (least, most) = (options.MinimumRows, LargestShare * weights.Sum());
        var pairs = Enumerable.Range(0, columns.Length).SelectMany(a => Enumerable.Range(a + 1, columns.Length - a - 1).Select(b => (First: columns[a], Second: columns[b]))).ToArray();
        var scans = new BoxScan[pairs.Length];
        Parallel.For(0, pairs.Length, new ParallelOptions { CancellationToken = cancellation }, p =>
            scans[p] = BoxScan.Of(pairs[p].First, pairs[p].Second, gains, candidates.Length, least, most));
        scans = Array.FindAll(scans, scan => scan.Boxes > 0);
        if (scans.Length == 0)
            return null;

        var best = scans.Max(scan => scan.LogMean);
        var evidence = best + Math.Log(scans.Sum(scan => Math.Exp(scan.LogMean - best)) / scans.Length);
        var probability = 1 / (1 + (Math.Exp(-evidence) * (1 - options.Prior) / options.Prior));
        if (probability < LeastProbability)
            return null;

        var (inside, raised) = (new double[rates.Length], new double[rates.Length]);
        foreach (var scan in scans.Where(scan => scan.LogMean > evidence - PairsLeftOut))
        {
            cancellation.ThrowIfCancellationRequested();
            // A box weighs its likelihood ratio times its prior, over the sum of all.
            var (cells, cellRates) = scan.Cells(gains, candidates, least, most, evidence + Math.Log((double)scans.Length * scan.Boxes * candidates.Length));
            var width = scan.Second.Bins + 1;
            for (var i = 0; i < inside.Length; i++)
            {
                var cell = (scan.First.Codes[i] * width) + scan.Second.Codes[i];
                inside[i] += cells[cell];
                raised[i] += cellRates[cell];
            }
        }
        var next = new double[rates.Length];
        for (var i = 0; i < next.Length; i++)
            next[i] = (probability * raised[i]) + ((1 - (probability * inside[i])) * rates[i]);
        return (Describe(scans.MaxBy(scan => scan.Best.Ratio)!, likelihood, weights, evidence, probability), next);
    }

    // A row: for each candidate rate how much better it explains the row's label than the rate so far, weighted; last the weight.
    private static double[] Gains(NoiseLikelihood likelihood, double[] weights, double[] rates, double[] candidates)
    {
        var gains = new double[rates.Length * BoxScan.Lanes];
        Parallel.For(0, rates.Length, i =>
        {
            var before = likelihood.Log(i, rates[i]);
            for (var r = 0; r < candidates.Length; r++)
                gains[(i * BoxScan.Lanes) + r] = weights[i] * (likelihood.Log(i, Math.Max(candidates[r], rates[i])) - before);
            gains[(i * BoxScan.Lanes) + BoxScan.Lanes - 1] = weights[i];
        });
        return gains;
    }

    private static NoiseRegion Describe(BoxScan scan, NoiseLikelihood likelihood, double[] weights, double evidence, double probability)
    {
        var ((_, first, second), rows, others) = (scan.Best, new List<int>(), new List<int>());
        var (rowsOfFirst, rowsOfSecond) = (scan.First.Windows[first], scan.Second.Windows[second]);
        for (var i = 0; i < weights.Length; i++)
            (scan.First.Codes[i] >= rowsOfFirst.From && scan.First.Codes[i] < rowsOfFirst.To && scan.Second.Codes[i] >= rowsOfSecond.From && scan.Second.Codes[i] < rowsOfSecond.To ? rows : others).Add(i);
        SliceCondition[] conditions = [.. new[] { scan.First.Conditions[first], scan.Second.Conditions[second] }.OfType<SliceCondition>()];
        return new NoiseRegion(new SliceCandidate(string.Join(" and ", conditions.Select(c => c.ToString())), conditions, [.. rows]), likelihood.LikeliestRate(rows), likelihood.LikeliestRate(others), evidence, probability);
    }

    // All columns, or those that show most by themselves where their pairs are too many.
    private ScannedColumn[] Columns(Dataset data, NoiseLikelihood likelihood, double[] weights, double[] rates, double baseRate)
    {
        var features = new BinnedFeatures(data, [.. Enumerable.Range(0, data.Count)], options.Bins, 2 * options.Bins);
        var columns = Enumerable.Range(0, features.Count).Select(j => ScannedColumn.Of(features, j)).Where(column => column.Windows.Length > 1).ToArray();
        var whole = ScannedColumn.Whole(data.Count);
        var kept = (int)((1 + Math.Sqrt(1 + (8.0 * options.MaximumPairs))) / 2);
        if (columns.Length > kept && Candidates(baseRate) is { Length: > 0 } candidates)
        {
            var gains = Gains(likelihood, weights, rates, candidates);
            var most = LargestShare * weights.Sum();
            var alone = new double[columns.Length];
            Parallel.For(0, columns.Length, j => alone[j] = BoxScan.Of(columns[j], whole, gains, candidates.Length, options.MinimumRows, most).LogMean);
            columns = [.. Enumerable.Range(0, columns.Length).OrderByDescending(j => alone[j]).Take(kept).Order().Select(j => columns[j])];
        }
        return columns.Length == 1 ? [columns[0], whole] : columns;
    }

    private static double[] Candidates(double baseRate) => Array.FindAll(candidateRates, rate => rate > LeastRatio * baseRate);

    private static double[] Weights(int count, ReadOnlySpan<int> groups)
    {
        var weights = new double[count];
        Array.Fill(weights, 1);
        if (groups.IsEmpty)
            return weights;
        Guard.SameLength(count, groups.Length, "the rows", nameof(groups));
        var sizes = new Dictionary<int, int>();
        foreach (var group in groups)
            sizes[group] = sizes.GetValueOrDefault(group) + 1;
        for (var i = 0; i < count; i++)
            weights[i] = 1.0 / sizes[groups[i]];
        return weights;
    }
}
