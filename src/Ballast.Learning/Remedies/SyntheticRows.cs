using Ballast.Core;
using Ballast.Data.Resampling;

namespace Ballast.Learning.Remedies;

/// <summary>SMOTE as a remedy: classes grow to the mean class size n/K, which balances a rare class at no more than twice the rows.</summary>
internal static class SyntheticRows
{
    private const int Neighbors = 5;

    public static ResampleResult Add(Dataset data, int seed, CancellationToken cancellation)
    {
        var counts = data.ClassCounts();
        var goal = data.Count / Math.Max(1, counts.Count(c => c > 0));
        var smallest = counts.Where(c => c > 0 && c < goal).DefaultIfEmpty(int.MaxValue).Min();
        if (smallest < 2)
            throw new ArgumentException("SMOTE needs at least two rows in every class that is to grow.", nameof(data));
        var wanted = Enumerable.Range(0, counts.Length).Where(c => counts[c] > 0 && counts[c] < goal).ToDictionary(c => c, _ => goal);
        var options = new SmoteOptions { Neighbors = Math.Min(Neighbors, smallest - 1), Seed = seed, Target = ResamplingTarget.Counts(wanted), Standardize = Standardize.On };
        return new GapFillingResampler(SmoteFamily.For(data, options)).Resample(data, cancellation);
    }
}
