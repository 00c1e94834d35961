using Ballast.Core;
using Ballast.Evaluation.Calibration;

namespace Ballast.Evaluation.Slices;

/// <summary>How much worse each row is predicted than the model's own probabilities expect.</summary>
/// <remarks>
/// s_i = -ln p_i(y_i) - H(p_i): the log loss less the entropy, natural logarithms. Where probabilities can be taken at their word, the mean of s is 0 over any rows picked
/// without their labels, however hard these rows are. So a slice of high surprise is not merely a hard one: the model does not know that it errs there, because labels
/// are wrong, a column is missing, or rows of that kind are few. Temperature scaling comes first, so that a model that is too sure everywhere makes no slices; probabilities
/// below 1% count as 1% (in the entropy too), so that no row decides alone.
/// </remarks>
/// <param name="Losses">n values s.</param>
/// <param name="ExpectedErrors">n chances of a wrong class as the scaled probabilities state them, 1 - max p.</param>
public sealed record Surprise(double[] Losses, double[] ExpectedErrors)
{
    private const double LeastProbability = 0.01;

    /// <summary>Mean surprise that a slice must have to be worth showing, in nats. Below 0 the model is less sure than it could be.</summary>
    public const double Least = 0.05;

    /// <summary>The surprise of each row.</summary>
    /// <param name="predictions">n x K probabilities, by a model that was not trained on the row.</param>
    /// <param name="labels">n classes 0..K-1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, or a label lies outside 0..K-1.</exception>
    public static Surprise Of(Predictions predictions, ReadOnlySpan<int> labels, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var scaled = new TemperatureScaling().Fit(predictions, labels, cancellation).Apply(predictions);
        var (losses, expected) = (new double[labels.Length], new double[labels.Length]);
        for (var i = 0; i < losses.Length; i++)
        {
            var (entropy, largest) = (0.0, 0.0);
            foreach (var p in scaled.Row(i))
            {
                entropy -= p * Math.Log(Math.Max(p, LeastProbability));
                largest = Math.Max(largest, p);
            }
            losses[i] = -Math.Log(Math.Max(scaled[i, labels[i]], LeastProbability)) - entropy;
            expected[i] = 1 - largest;
        }
        return new Surprise(losses, expected);
    }

    /// <summary>How a <see cref="SliceFinder"/> seeks slices of surprise, whose mean may be anything near 0 elsewhere.</summary>
    /// <param name="options">How it would seek slices of errors.</param>
    public static SliceFinderOptions Options(SliceFinderOptions options) => options with { MinimumRatio = 1, MinimumLoss = Least };
}
