using Ballast.Core;

namespace Ballast.Evaluation.Calibration.Measures;

/// <summary>Calibration errors of the most probable class (the first on ties) beyond <see cref="CalibrationError"/>'s bins of equal width.</summary>
public static class TopLabelErrors
{
    /// <summary>Bins between quantiles of the confidence (adaptive): (e_i, e_{i+1}], the first closed, e_i interpolating the sorted confidences at position n i / B.</summary>
    /// <param name="predictions">n x K probabilities.</param>
    /// <param name="labels">n classes 0..K-1.</param>
    /// <param name="bins">Bins B.</param>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, or a label lies outside 0..K-1.</exception>
    public static double EqualMass(Predictions predictions, ReadOnlySpan<int> labels, int bins = CalibrationError.DefaultBins)
    {
        var (confidences, hits) = Ranked(predictions, labels);
        return RankedHits.EqualMass(confidences, hits, Guard.Positive(bins));
    }

    /// <summary>Errors over runs of equally many rows, plug-in and debiased.</summary>
    /// <inheritdoc cref="EqualMass" path="/exception"/>
    public static RunErrors Runs(Predictions predictions, ReadOnlySpan<int> labels, int bins = CalibrationError.DefaultBins)
    {
        var (confidences, hits) = Ranked(predictions, labels);
        return RankedHits.Runs(confidences, hits, Guard.Positive(bins));
    }

    /// <summary>Error with as many equal-mass runs as keep their hit rates rising (ECE-sweep; Roelofs et al., AISTATS 2022).</summary>
    /// <inheritdoc cref="EqualMass" path="/exception"/>
    public static double Sweep(Predictions predictions, ReadOnlySpan<int> labels)
    {
        var (confidences, hits) = Ranked(predictions, labels);
        return RankedHits.Sweep(confidences, hits, new double[hits.Length + 1], new double[hits.Length + 1]);
    }

    /// <summary>Largest difference of cumulated confidence and cumulated hits (Gupta et al., ICLR 2021).</summary>
    /// <inheritdoc cref="EqualMass" path="/exception"/>
    public static double KolmogorovSmirnov(Predictions predictions, ReadOnlySpan<int> labels)
    {
        var (confidences, hits) = Ranked(predictions, labels);
        return RankedHits.KolmogorovSmirnov(confidences, hits);
    }

    /// <summary>Maximum mean calibration error with the Laplacian kernel exp(-2.5 |c_i - c_j|) (Kumar, Sarawagi and Jain, ICML 2018).</summary>
    /// <inheritdoc cref="EqualMass" path="/exception"/>
    public static double MaximumMean(Predictions predictions, ReadOnlySpan<int> labels)
    {
        var (confidences, hits) = Ranked(predictions, labels);
        return RankedHits.MaximumMean(confidences, hits);
    }

    private static (double[] Confidences, double[] Hits) Ranked(Predictions predictions, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        LabelledRows.Check(labels, predictions.Count, predictions.Classes);
        var (_, confidences, hits) = RankedHits.Sort(predictions, labels);
        return (confidences, hits);
    }
}
