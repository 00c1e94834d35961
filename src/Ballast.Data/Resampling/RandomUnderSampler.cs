using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>What a percentage of under-sampling is relative to.</summary>
public enum UnderSamplingBase
{
    /// <summary>Minority rows that were observed: synthetic rows and copies do not count.</summary>
    OriginalMinority,

    /// <summary>All minority rows given, synthetic ones and copies included.</summary>
    GivenMinority,
}

/// <summary>Drops rows of large classes, drawn without replacement. Kept rows stay in order.</summary>
/// <remarks>
/// Features are copied unread, so missing values do not matter. With a percentage u (Chawla et al. 2002, section 4.2), min(all, floor(100 n_min / u)) rows of every
/// other class are kept: at u = 200 half as many as there are minority rows. The minority is the class with fewest counted rows where the target names none.
/// </remarks>
public sealed class RandomUnderSampler(ResamplingTarget? target = null, long seed = 0) : IResampler
{
    /// <summary>How far classes shrink. Default: every class down to the smallest.</summary>
    public ResamplingTarget Target { get; } = target ?? ResamplingTarget.Balance;

    /// <summary>What a percentage is relative to. Default <see cref="UnderSamplingBase.OriginalMinority"/>.</summary>
    public UnderSamplingBase RelativeTo { get; init; } = UnderSamplingBase.OriginalMinority;

    /// <inheritdoc/>
    public string Name => "random under-sampling";

    /// <inheritdoc/>
    public ResampleResult Resample(Dataset data, CancellationToken cancellation = default)
    {
        var run = new ResamplingRun(Name, data, cancellation);
        var reference = RelativeTo == UnderSamplingBase.OriginalMinority ? ObservedCounts(data) : run.Counts;
        var kept = Target.Kept(data, run.Counts, reference);
        var positions = new List<int>();
        for (var c = 0; c < kept.Length; c++)
        {
            cancellation.ThrowIfCancellationRequested();
            var rows = data.RowsOf(c);
            positions.AddRange(RandomStream.For(seed, "under-sample", c).SampleWithoutReplacement(rows.Length, kept[c]).Select(place => rows[place]));
        }
        positions.Sort();
        return run.Selected([.. positions]);
    }

    private static int[] ObservedCounts(Dataset data)
    {
        var (counts, seen) = (new int[data.ClassCount], new HashSet<int>());
        for (var i = 0; i < data.Count; i++)
        {
            var id = data.RowIds.Span[i];
            if (id != Dataset.SyntheticRowId && seen.Add(id))
                counts[data.Labels.Span[i]]++;
        }
        return counts;
    }
}
