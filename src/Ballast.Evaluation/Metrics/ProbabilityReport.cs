using Ballast.Core;
using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Metrics;

/// <summary>One class against the rest; null where the class has no rows, or all of them.</summary>
/// <param name="RocAuc">ROC-AUC.</param>
/// <param name="AveragePrecision">Average precision.</param>
public readonly record struct OneAgainstRestRanking(Estimate? RocAuc, Estimate? AveragePrecision);

/// <summary>Metrics of multi-class probabilities with bootstrap intervals stratified by label.</summary>
/// <param name="LogLoss">Mean -log p of the label, p clipped to [1e-15, 1-1e-15].</param>
/// <param name="Brier">Mean over rows of the sum over classes of (p - y)^2: 0 to 2. For two classes twice the binary Brier score.</param>
/// <param name="Classes">Each class against the rest.</param>
/// <param name="MacroRocAuc">Mean ROC-AUC over the classes that have one; null when none has. Its spread is that of the classes' own intervals.</param>
/// <param name="MacroAveragePrecision">Mean average precision over the classes that have one.</param>
public sealed record ProbabilityReport(
    Estimate LogLoss, Estimate Brier, IReadOnlyList<OneAgainstRestRanking> Classes, double? MacroRocAuc, double? MacroAveragePrecision)
{
    /// <summary>Measures and resamples.</summary>
    /// <param name="predictions">n x K probabilities.</param>
    /// <param name="labels">n classes 0..K-1.</param>
    /// <param name="bootstrap">Draws, level, seed; null for 1000, 95%, 0.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, or a label lies outside 0..K-1.</exception>
    public static ProbabilityReport From(
        Predictions predictions, ReadOnlySpan<int> labels, BootstrapOptions? bootstrap = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        LabelledRows.Check(labels, predictions.Count, predictions.Classes);
        var options = bootstrap ?? BootstrapOptions.Default;
        var means = MeanBootstrap.Run(ProbabilityLosses.Multiclass(predictions, labels), columns: 2, labels, predictions.Classes, options, cancellation);
        var classes = new OneAgainstRestRanking[predictions.Classes];
        var own = new int[labels.Length];
        for (var k = 0; k < classes.Length; k++)
        {
            for (var i = 0; i < own.Length; i++)
                own[i] = labels[i] == k ? 1 : 0;
            var sweep = ThresholdSweep.Run(own, predictions.Column(k));
            if (sweep.RocAuc is null)
                continue;
            var draws = new RankingSample(sweep).Bootstrap(options, cancellation);
            classes[k] = new OneAgainstRestRanking(
                new Estimate(sweep.RocAuc.Value, draws[0], own.Length), new Estimate(sweep.AveragePrecision!.Value, draws[1], own.Length));
        }
        return new ProbabilityReport(
            means[1], means[0], classes, classes.Average(ranking => ranking.RocAuc?.Value), classes.Average(ranking => ranking.AveragePrecision?.Value));
    }

    /// <summary>The log loss of each row, for comparisons of two models on the same rows.</summary>
    /// <inheritdoc cref="From" path="/exception"/>
    public static double[] LogLosses(Predictions predictions, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        LabelledRows.Check(labels, predictions.Count, predictions.Classes);
        var both = ProbabilityLosses.Multiclass(predictions, labels);
        var losses = new double[labels.Length];
        for (var i = 0; i < losses.Length; i++)
            losses[i] = both[2 * i + 1];
        return losses;
    }
}
