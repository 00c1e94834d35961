using Ballast.Core;
using Ballast.Numerics.Sampling;

namespace Ballast.Evaluation.Metrics;

/// <summary>Rows of a simulated evaluation.</summary>
/// <param name="Truth">True labels.</param>
/// <param name="Labels">Labels as annotated.</param>
/// <param name="Scores">Scores, or decisions as 0 and 1.</param>
public sealed record SimulatedRows(int[] Truth, int[] Labels, double[] Scores);

/// <summary>Draws evaluations of a hypothetical classifier on noisily annotated data, to plan one before there is data.</summary>
/// <param name="rows">Rows n.</param>
/// <param name="prevalence">True share of positives pi.</param>
/// <param name="falseAlarm">a: chance that annotators flag a negative.</param>
/// <param name="miss">b: chance that annotators miss a positive.</param>
public sealed class NoisyEvaluationSimulator(long rows, double prevalence, double falseAlarm = 0, double miss = 0)
{
    private readonly long rows = Guard.Positive(rows);
    private readonly double prevalence = Guard.InRange(prevalence, 0, 1);
    private readonly (double FalseAlarm, double Miss) noise = AnnotationNoise.CheckRates(falseAlarm, miss);

    /// <summary>The observed confusion matrix of one sample, in time that does not grow with n.</summary>
    public BinaryCounts DrawCounts(OperatingPoint point, RandomStream random)
    {
        var frauds = BinomialSampler.Draw(random, rows, prevalence);
        var labelledFrauds = BinomialSampler.Draw(random, frauds, 1 - noise.Miss);
        var falseAlarms = BinomialSampler.Draw(random, rows - frauds, noise.FalseAlarm);
        var (missed, clean) = (frauds - labelledFrauds, rows - frauds - falseAlarms);
        var truePositives = BinomialSampler.Draw(random, labelledFrauds, point.Recall) + BinomialSampler.Draw(random, falseAlarms, point.FalsePositiveRate);
        var falsePositives = BinomialSampler.Draw(random, missed, point.Recall) + BinomialSampler.Draw(random, clean, point.FalsePositiveRate);
        return new BinaryCounts(truePositives, falsePositives, labelledFrauds + falseAlarms - truePositives, missed + clean - falsePositives);
    }

    /// <summary>The same law row by row; scores are the decisions 0 and 1.</summary>
    public SimulatedRows DrawRows(OperatingPoint point, RandomStream random) =>
        DrawRows(truth => random.NextDouble() < (truth == 1 ? point.Recall : point.FalsePositiveRate) ? 1 : 0, random);

    /// <summary>Rows with Gaussian scores: negatives N(0,1), positives N(distance,1).</summary>
    public SimulatedRows DrawScores(double distance, RandomStream random) => DrawRows(truth => random.NextGaussian() + truth * distance, random);

    /// <summary>What annotators with these error rates would have made of true labels: for use with a real score file.</summary>
    /// <exception cref="ArgumentException">Labels are not 0/1, or a rate lies outside [0, 1).</exception>
    public static int[] FlipLabels(ReadOnlySpan<int> truth, double falseAlarm, double miss, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        LabelledRows.Check(truth, truth.Length, classes: 2, nameof(truth));
        var (a, b) = AnnotationNoise.CheckRates(falseAlarm, miss);
        var labels = truth.ToArray();
        for (var i = 0; i < labels.Length; i++)
            if (random.NextDouble() < (labels[i] == 1 ? b : a))
                labels[i] = 1 - labels[i];
        return labels;
    }

    private SimulatedRows DrawRows(Func<int, double> score, RandomStream random)
    {
        var (truth, scores) = (new int[checked((int)rows)], new double[rows]);
        for (var i = 0; i < truth.Length; i++)
        {
            truth[i] = random.NextDouble() < prevalence ? 1 : 0;
            scores[i] = score(truth[i]);
        }
        return new SimulatedRows(truth, FlipLabels(truth, noise.FalseAlarm, noise.Miss, random), scores);
    }
}
