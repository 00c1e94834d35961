using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>Repeats rows of a class, drawn with replacement. Copies keep the row id of what they copy.</summary>
/// <remarks>Features are copied unread, so missing values do not matter. The percentages of <see cref="ResamplingTarget.Percentage"/> repeat each row equally often.</remarks>
public sealed class RandomOverSampler(ResamplingTarget? target = null, long seed = 0) : IResampler
{
    /// <summary>How far classes grow. Default: every class up to the largest.</summary>
    public ResamplingTarget Target { get; } = target ?? ResamplingTarget.Balance;

    /// <inheritdoc/>
    public string Name => "random over-sampling";

    /// <inheritdoc/>
    public ResampleResult Resample(Dataset data, CancellationToken cancellation = default)
    {
        var run = new ResamplingRun(Name, data, cancellation);
        var positions = Enumerable.Range(0, data.Count).ToList();
        foreach (var growth in Target.Growth(data, run.Counts))
        {
            cancellation.ThrowIfCancellationRequested();
            var rows = data.RowsOf(growth.ClassIndex);
            if (rows.Length == 0)
                throw new ArgumentException($"Class '{data.ClassNames[growth.ClassIndex]}' has no rows to repeat.", nameof(data));
            var draws = SyntheticDraws.Of(growth, rows.Length, 1, RandomStream.For(seed, "over-sample", growth.ClassIndex));
            positions.AddRange(draws.Bases.Select(b => rows[b]));
        }
        return run.Selected([.. positions]);
    }
}
