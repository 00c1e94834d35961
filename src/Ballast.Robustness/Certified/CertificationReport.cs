using Ballast.Core;
using Ballast.Numerics.Intervals;

namespace Ballast.Robustness.Certified;

/// <summary>Clean and certified accuracy, in all and by class, each with Wilson's interval of 95%.</summary>
/// <remarks>That a sample is certified is proved; the interval says what that share tells of other samples from the same source. Certified accuracy bounds robust accuracy from below.</remarks>
/// <param name="Samples">What became of each sample, in order.</param>
/// <param name="ClassCount">Classes K.</param>
public sealed record CertificationReport(IReadOnlyList<CertifiedSample> Samples, int ClassCount)
{
    /// <summary>Share classified right as they are.</summary>
    public Estimate Clean => Share(Samples, IsRight);

    /// <summary>Share classified right and proved to stay so.</summary>
    public Estimate Certified => Share(Samples, IsCertified);

    /// <summary>Samples of a class.</summary>
    public int CountOf(int label) => Samples.Count(sample => sample.Label == label);

    /// <summary>Share of a class classified right as they are.</summary>
    public Estimate CleanOf(int label) => Share(Samples.Where(sample => sample.Label == label), IsRight);

    /// <summary>Share of a class classified right and proved to stay so.</summary>
    public Estimate CertifiedOf(int label) => Share(Samples.Where(sample => sample.Label == label), IsCertified);

    private static bool IsRight(CertifiedSample sample) => sample.Outcome != CertificationOutcome.Misclassified;

    private static bool IsCertified(CertifiedSample sample) => sample.Outcome == CertificationOutcome.Certified;

    private static Estimate Share(IEnumerable<CertifiedSample> samples, Func<CertifiedSample, bool> counts)
    {
        var all = samples.ToArray();
        return BinomialInterval.WilsonEstimate(all.Count(counts), all.Length);
    }
}
