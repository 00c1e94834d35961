using Ballast.Core;

namespace Ballast.Evaluation.Slices.Clusters;

/// <summary>Domino's error-aware mixture: each slice a diagonal Gaussian over representations times categoricals over label and prediction.</summary>
/// <remarks>Source: Eyuboglu et al., "Domino: Discovering Systematic Errors with Cross-Modal Embeddings", ICLR 2022. One round: O(n slices d).</remarks>
public sealed class DominoMixture
{
    private const double ShareFloor = 1e-12;

    private readonly double[] means, variances, mixing, labelShares, predictionShares;
    private readonly int width, classes;

    private DominoMixture(double[] means, double[] variances, double[] mixing, double[] labelShares, double[] predictionShares, int width, int classes) =>
        (this.means, this.variances, this.mixing, this.labelShares, this.predictionShares, this.width, this.classes) = (means, variances, mixing, labelShares, predictionShares, width, classes);

    /// <summary>Slices x d means.</summary>
    public ReadOnlyMemory<double> Means => means;

    /// <summary>Slices x d variances, floored at 1e-6 of the mean variance of a column.</summary>
    public ReadOnlyMemory<double> Variances => variances;

    /// <summary>Share of the rows of each slice.</summary>
    public ReadOnlyMemory<double> Mixing => mixing;

    /// <summary>The M step: parameters from responsibilities.</summary>
    /// <param name="points">n x d values z.</param>
    /// <param name="labels">n classes 0..K-1.</param>
    /// <param name="predictions">n predicted classes.</param>
    /// <param name="classes">K.</param>
    /// <param name="responsibilities">n x slices, rows summing to 1.</param>
    public static DominoMixture Maximize(double[] points, int[] labels, int[] predictions, int classes, double[] responsibilities)
    {
        ArgumentNullException.ThrowIfNull(points);
        Guard.SameLength(labels.Length, predictions.Length, nameof(labels), nameof(predictions));
        var (n, width, slices) = (labels.Length, points.Length / labels.Length, responsibilities.Length / labels.Length);
        var floor = 1e-6 * MeanVariance(points, n, width);
        var made = new DominoMixture(new double[slices * width], new double[slices * width], new double[slices], new double[slices * classes], new double[slices * classes], width, classes);
        Parallel.For(0, slices, k =>
        {
            var mean = made.means.AsSpan(k * width, width);
            var variance = made.variances.AsSpan(k * width, width);
            var total = 0.0;
            for (var i = 0; i < n; i++)
            {
                var r = responsibilities[i * slices + k];
                total += r;
                made.labelShares[k * classes + labels[i]] += r;
                made.predictionShares[k * classes + predictions[i]] += r;
                for (var j = 0; j < width; j++)
                    mean[j] += r * points[i * width + j];
            }
            made.mixing[k] = total / n;
            var scale = total > 0 ? 1 / total : 0; // a slice that lost all its rows stays empty
            for (var j = 0; j < width; j++)
                mean[j] *= scale;
            for (var i = 0; i < n; i++)
                for (var j = 0; j < width; j++)
                    variance[j] += responsibilities[i * slices + k] * (points[i * width + j] - mean[j]) * (points[i * width + j] - mean[j]);
            for (var j = 0; j < width; j++)
                variance[j] = Math.Max(variance[j] * scale, Math.Max(floor, double.Epsilon * 1e10));
            for (var c = k * classes; c < (k + 1) * classes; c++)
                (made.labelShares[c], made.predictionShares[c]) = (made.labelShares[c] * scale, made.predictionShares[c] * scale);
        });
        return made;
    }

    /// <summary>The E step.</summary>
    /// <param name="points">n x d values z.</param>
    /// <param name="labels">n classes.</param>
    /// <param name="predictions">n predicted classes.</param>
    /// <param name="weight">Exponent of the shares of label and prediction.</param>
    /// <returns>n x slices responsibilities and the log-likelihood.</returns>
    public (double[] Responsibilities, double LogLikelihood) Expect(double[] points, int[] labels, int[] predictions, double weight)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        return Respond(points, labels, predictions, weight);
    }

    /// <summary>The slice most responsible for each row as its representation and label tell, whatever was predicted.</summary>
    /// <returns>n slices, the first on ties.</returns>
    internal int[] AssignByLabel(double[] points, int[] labels, double weight)
    {
        var (responsibilities, _) = Respond(points, labels, null, weight);
        var places = new int[labels.Length];
        for (var i = 0; i < places.Length; i++)
            places[i] = System.Numerics.Tensors.TensorPrimitives.IndexOfMax<double>(responsibilities.AsSpan(i * mixing.Length, mixing.Length));
        return places;
    }

    private (double[] Responsibilities, double LogLikelihood) Respond(double[] points, int[] labels, int[]? predictions, double weight)
    {
        ArgumentNullException.ThrowIfNull(points);
        var (n, slices) = (labels.Length, mixing.Length);
        var constants = new double[slices];
        var inverse = Array.ConvertAll(variances, variance => 0.5 / variance);
        for (var k = 0; k < slices; k++)
        {
            constants[k] = Math.Log(mixing[k]) - 0.5 * width * Math.Log(2 * Math.PI);
            for (var j = 0; j < width; j++)
                constants[k] -= 0.5 * Math.Log(variances[k * width + j]);
        }
        var labelLogs = Array.ConvertAll(labelShares, share => weight * Math.Log(share + ShareFloor));
        var predictionLogs = Array.ConvertAll(predictionShares, share => weight * Math.Log(share + ShareFloor));
        var responsibilities = new double[n * slices];
        var logs = new double[n];
        Parallel.For(0, n, i =>
        {
            var row = responsibilities.AsSpan(i * slices, slices);
            var largest = double.NegativeInfinity;
            for (var k = 0; k < slices; k++)
            {
                var log = constants[k] + labelLogs[k * classes + labels[i]] + (predictions is null ? 0 : predictionLogs[k * classes + predictions[i]]);
                for (var j = 0; j < width; j++)
                {
                    var gap = points[i * width + j] - means[k * width + j];
                    log -= gap * gap * inverse[k * width + j];
                }
                row[k] = log;
                largest = Math.Max(largest, log);
            }
            var sum = 0.0;
            foreach (ref var value in row)
                sum += value = Math.Exp(value - largest);
            foreach (ref var value in row)
                value /= sum;
            logs[i] = largest + Math.Log(sum);
        });
        return (responsibilities, logs.Sum());
    }

    /// <summary>Fits the mixture from a start that deals slices to the cells of the confusion matrix.</summary>
    /// <param name="points">n x d values z.</param>
    /// <param name="labels">n classes 0..K-1.</param>
    /// <param name="predictions">n predicted classes.</param>
    /// <param name="classes">K.</param>
    /// <param name="options">How to fit; null for the defaults.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static DominoMixture Fit(double[] points, int[] labels, int[] predictions, int classes, DominoOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new DominoOptions();
        var responsibilities = Start(labels, predictions, classes, options);
        var before = double.NegativeInfinity;
        for (var round = 0; ; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            var mixture = Maximize(points, labels, predictions, classes, responsibilities);
            (responsibilities, var logLikelihood) = mixture.Expect(points, labels, predictions, options.Weight);
            if (round + 1 == options.MaximumRounds || Math.Abs(logLikelihood - before) < options.Tolerance * labels.Length)
                return mixture;
            before = logLikelihood;
        }
    }

    // Slices are dealt to the occupied cells in proportion to their rows, one each at least; each row picks one of its cell's at random and gets 0.9 of it.
    internal static double[] Start(int[] labels, int[] predictions, int classes, DominoOptions options)
    {
        var cells = labels.Select((label, i) => label * classes + predictions[i]).ToArray();
        var occupied = cells.CountBy(cell => cell).OrderBy(pair => pair.Key).ToArray();
        var slices = Math.Max(options.Slices, occupied.Length);
        var dealt = Apportion([.. occupied.Select(pair => pair.Value)], slices);
        var firstOf = new Dictionary<int, (int First, int Count)>();
        for (int c = 0, next = 0; c < occupied.Length; next += dealt[c++])
            firstOf[occupied[c].Key] = (next, dealt[c]);
        var random = RandomStream.For(options.Seed, "domino start");
        var responsibilities = new double[labels.Length * slices];
        Array.Fill(responsibilities, 0.1 / slices);
        for (var i = 0; i < labels.Length; i++)
            responsibilities[i * slices + firstOf[cells[i]].First + random.Next(firstOf[cells[i]].Count)] += 0.9;
        return responsibilities;
    }

    // One each, the rest by largest remainder.
    private static int[] Apportion(int[] counts, int seats)
    {
        var total = (double)counts.Sum();
        var rest = seats - counts.Length;
        var shares = Array.ConvertAll(counts, count => count / total * rest);
        var dealt = Array.ConvertAll(shares, share => 1 + (int)share);
        foreach (var c in Enumerable.Range(0, counts.Length).OrderByDescending(c => shares[c] - (int)shares[c]).Take(seats - dealt.Sum()))
            dealt[c]++;
        return dealt;
    }

    private static double MeanVariance(double[] points, int n, int width)
    {
        if (width == 0)
            return 1;
        var total = 0.0;
        for (var j = 0; j < width; j++)
        {
            double mean = 0, squares = 0;
            for (var i = 0; i < n; i++)
                mean += points[i * width + j] / n;
            for (var i = 0; i < n; i++)
                squares += (points[i * width + j] - mean) * (points[i * width + j] - mean);
            total += squares / n;
        }
        return total / width;
    }
}
