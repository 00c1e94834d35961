using Ballast.Core;

namespace Ballast.Numerics.Intervals;

/// <summary>Resamples rows with replacement within strata and writes how often each row was drawn.</summary>
/// <remarks>Stratum s holds rows <c>members[s]</c>; every stratum keeps its size. Immutable, so threads may share one.</remarks>
public sealed class RowResampler
{
    private readonly int[][] members;

    /// <summary>One stratum of all rows 0..<paramref name="count"/>-1.</summary>
    public RowResampler(int count)
    {
        Count = Guard.Positive(count);
        members = [];
    }

    /// <summary>The stratum 0..<paramref name="strataCount"/>-1 of every row.</summary>
    /// <exception cref="ArgumentException">A stratum lies outside its range.</exception>
    public RowResampler(ReadOnlySpan<int> strata, int strataCount)
    {
        Count = Guard.Positive(strata.Length);
        var sizes = new int[Guard.Positive(strataCount)];
        foreach (var stratum in strata)
            sizes[Guard.InRange(stratum, 0, strataCount - 1, nameof(strata))]++;
        members = [.. sizes.Select(size => new int[size])];
        Array.Clear(sizes);
        for (var i = 0; i < strata.Length; i++)
            members[strata[i]][sizes[strata[i]]++] = i;
    }

    /// <summary>Number of rows n.</summary>
    public int Count { get; }

    /// <summary>Draws one resample: <paramref name="multiplicities"/>[i] is how often row i is in it.</summary>
    public void Draw(RandomStream random, Span<byte> multiplicities)
    {
        ArgumentNullException.ThrowIfNull(random);
        Guard.SameLength(Count, multiplicities.Length, "the resampler", nameof(multiplicities));
        multiplicities.Clear();
        if (members.Length == 0)
        {
            for (var i = 0; i < multiplicities.Length; i++)
                multiplicities[random.Next(multiplicities.Length)]++;
            return;
        }
        foreach (var stratum in members)
            for (var i = 0; i < stratum.Length; i++)
                multiplicities[stratum[random.Next(stratum.Length)]]++;
    }
}
