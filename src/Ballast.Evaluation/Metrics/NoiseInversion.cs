using Ballast.Core;
using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Metrics;

/// <summary>The classifier against the truth, estimated from noisy labels with known error rates.</summary>
/// <param name="Prevalence">True share of positives.</param>
/// <param name="Recall">True positive rate t; null where the prevalence is estimated outside (0, 1).</param>
/// <param name="FalsePositiveRate">False positive rate f; null where the prevalence is estimated outside (0, 1).</param>
/// <param name="Clipped">Names of estimates that lay outside [0, 1] and were clipped.</param>
/// <param name="UndefinedDraws">Bootstrap draws without t and f, which their intervals leave out.</param>
/// <param name="Note">Why t and f are missing; null when they are there.</param>
public sealed record NoiseInversion(
    Estimate Prevalence, Estimate? Recall, Estimate? FalsePositiveRate, IReadOnlyList<string> Clipped, int UndefinedDraws, string? Note)
{
    internal static NoiseInversion From(AnnotationNoise.OperatingPointEstimate solved, BootstrapDraws draws, int rows)
    {
        var clipped = solved.Clip();
        var names = new List<string>();
        if (clipped.Prevalence != solved.Prevalence)
            names.Add("prevalence");
        if (double.IsNaN(solved.Recall))
            return new NoiseInversion(
                new Estimate(clipped.Prevalence, draws[0], rows), null, null, names, draws.UndefinedDraws(1),
                "The labels hold no more positives (or no more negatives) than the annotators' errors alone would make: recall and false positive rate cannot be estimated.");
        if (clipped.Recall != solved.Recall)
            names.Add("recall");
        if (clipped.FalsePositiveRate != solved.FalsePositiveRate)
            names.Add("fpr");
        return new NoiseInversion(
            new Estimate(clipped.Prevalence, draws[0], rows), new Estimate(clipped.Recall, draws[1], rows),
            new Estimate(clipped.FalsePositiveRate, draws[2], rows), names, draws.UndefinedDraws(1), null);
    }
}
