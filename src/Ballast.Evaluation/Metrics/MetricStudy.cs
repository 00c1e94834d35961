using Ballast.Core;
using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Metrics;

/// <summary>How often annotators err.</summary>
/// <param name="FalseAlarm">a: chance that they flag a negative.</param>
/// <param name="Miss">b: chance that they miss a positive.</param>
public readonly record struct AnnotationErrorRates(double FalseAlarm, double Miss);

/// <summary>How a study of metrics is run; the defaults are those of fraud data with 492 frauds in 284,807 transactions.</summary>
public sealed record MetricStudyOptions
{
    /// <summary>Rows of each simulated evaluation.</summary>
    public long Rows { get; init; } = 50_000;

    /// <summary>True share of positives.</summary>
    public double Prevalence { get; init; } = 492.0 / 284_807;

    /// <summary>Pairs of models compared in each direction.</summary>
    public int Pairs { get; init; } = 4000;

    /// <summary>How much more recall the better model has, at equal false positive rate.</summary>
    public double RecallGain { get; init; } = 0.15;

    /// <summary>The better model's false positive rate as a multiple of the other's, at equal recall.</summary>
    public double FalsePositiveRatio { get; init; } = 0.5;

    /// <summary>False positive rate of the ladder.</summary>
    public double LadderFalsePositiveRate { get; init; } = 0.002;

    /// <summary>Annotators to study; the first is the reference of the bias and should be free of error.</summary>
    public IReadOnlyList<AnnotationErrorRates> Annotators { get; init; } = [new(0, 0), new(0, 0.2), new(0.0005, 0.1), new(0.001, 0.3)];

    /// <summary>Seed of all draws.</summary>
    public long Seed { get; init; }
}

/// <summary>How often a metric orders two models rightly, the one truly better than the other; ties count half.</summary>
/// <param name="Recall">Share of pairs ordered rightly where the better model has more recall.</param>
/// <param name="FalsePositives">Share of pairs ordered rightly where the better model has fewer false positives.</param>
public readonly record struct OrderingGrade(Estimate Recall, Estimate FalsePositives)
{
    /// <summary>The worse of the two directions, which is the metric's grade.</summary>
    public double Worst => Math.Min(Recall.Value, FalsePositives.Value);
}

/// <summary>What a study found for one kind of annotators.</summary>
/// <param name="Annotators">Their error rates.</param>
/// <param name="Grades">Ordering grade of every metric by name, <see cref="MetricStudy.F1ThenGMeanKey"/> among them.</param>
/// <param name="Ladder">Each metric's expected value for Gaussian scores with distance 0, 1, ..., 6 (closed form).</param>
public sealed record AnnotatorStudy(
    AnnotationErrorRates Annotators, IReadOnlyDictionary<string, OrderingGrade> Grades, IReadOnlyDictionary<string, IReadOnlyList<double>> Ladder)
{
    /// <summary>The metric's largest minus smallest value over the ladder.</summary>
    public double Resolution(string metric) => Ladder[metric].Max() - Ladder[metric].Min();
}

/// <summary>What a study of metrics found.</summary>
/// <param name="Studies">One a kind of annotators.</param>
public sealed record MetricStudyReport(IReadOnlyList<AnnotatorStudy> Studies)
{
    /// <summary>What noise adds to a metric on each rung of the ladder: its value under the annotators number <paramref name="study"/> minus that under the first.</summary>
    public IReadOnlyList<double> Bias(string metric, int study) =>
        [.. Studies[study].Ladder[metric].Zip(Studies[0].Ladder[metric], (noisy, clean) => noisy - clean)];
}

/// <summary>Measures how well metrics order models, tell them apart and withstand wrong labels, on simulated evaluations.</summary>
/// <remarks>
/// Pairs have recall uniform in (0.4, 0.8) and log10 false positive rate uniform in (-4, -2); each model gets a sample and labels of its own.
/// Formulation after Kulatilleke and Samarakoon, arXiv 2208.11904, with class-conditional annotation noise.
/// </remarks>
public static class MetricStudy
{
    /// <summary>The name under which F1-then-g-mean is graded.</summary>
    public const string F1ThenGMeanKey = "f1_then_gmean";

    /// <summary>Distances between the classes that the ladder climbs.</summary>
    public const int LadderRungs = 7;

    private static readonly BinaryMetric[] Metrics = [.. BinaryMetricNames.All.Where(metric => metric != BinaryMetric.Prevalence)];
    private static readonly F1ThenGMean Rule = new();

    /// <summary>Runs the study.</summary>
    public static MetricStudyReport Run(MetricStudyOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new MetricStudyOptions();
        return new MetricStudyReport([.. options.Annotators.Select((annotators, number) => new AnnotatorStudy(
            annotators, Grades(options, annotators, number, cancellation), Ladder(options, annotators)))]);
    }

    private static Dictionary<string, OrderingGrade> Grades(MetricStudyOptions options, AnnotationErrorRates annotators, int number, CancellationToken cancellation)
    {
        var simulator = new NoisyEvaluationSimulator(options.Rows, options.Prevalence, annotators.FalseAlarm, annotators.Miss);
        // Halves of points, so that a tie is a whole number and sums do not depend on their order: [pair][direction, metric].
        var points = new byte[options.Pairs][];
        Parallel.For(0, options.Pairs, new ParallelOptions { CancellationToken = cancellation }, pair =>
        {
            var random = RandomStream.For(options.Seed, $"metric study {number}", pair);
            var worse = new OperatingPoint(0.4 + 0.4 * random.NextDouble(), Math.Pow(10, -4 + 2 * random.NextDouble()));
            points[pair] = [
                .. Points(simulator, worse, worse with { Recall = Math.Min(1, worse.Recall + options.RecallGain) }, random),
                .. Points(simulator, worse, worse with { FalsePositiveRate = worse.FalsePositiveRate * options.FalsePositiveRatio }, random)];
        });
        var criteria = Metrics.Length + 1;
        Estimate Share(int column)
        {
            var sum = points.Sum(pair => pair[column]) / 2.0;
            return new Estimate(sum / options.Pairs, BinomialInterval.Wilson(sum, options.Pairs), options.Pairs);
        }
        return Enumerable.Range(0, criteria).ToDictionary(
            c => c < Metrics.Length ? Metrics[c].Key() : F1ThenGMeanKey, c => new OrderingGrade(Share(c), Share(criteria + c)));
    }

    // 2 where the metric says that the better model is better, 1 where it cannot tell, else 0.
    private static byte[] Points(NoisyEvaluationSimulator simulator, OperatingPoint worse, OperatingPoint better, RandomStream random)
    {
        var (a, b) = (BinaryMetrics.From(simulator.DrawCounts(worse, random)), BinaryMetrics.From(simulator.DrawCounts(better, random)));
        return [
            .. Metrics.Select(metric => (byte)(1 + (metric.SmallerIsBetter() ? -1 : 1) * Math.Sign(b[metric].CompareTo(a[metric])))),
            (byte)(1 + Math.Sign(Rule.Compare(b, a)))];
    }

    private static Dictionary<string, IReadOnlyList<double>> Ladder(MetricStudyOptions options, AnnotationErrorRates annotators)
    {
        var rungs = Enumerable.Range(0, LadderRungs).Select(distance =>
        {
            var point = OperatingPoint.FromGaussianDistance(distance, options.LadderFalsePositiveRate);
            return BinaryMetrics.From(AnnotationNoise.Apply(options.Prevalence, point.Recall, point.FalsePositiveRate, annotators.FalseAlarm, annotators.Miss));
        }).ToArray();
        return Metrics.ToDictionary(metric => metric.Key(), metric => (IReadOnlyList<double>)[.. rungs.Select(rung => rung[metric])]);
    }
}
