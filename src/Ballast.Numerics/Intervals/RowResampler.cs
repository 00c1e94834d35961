using System.Runtime.Intrinsics;
using Ballast.Core;

namespace Ballast.Numerics.Intervals;

/// <summary>Resamples rows with replacement within strata and writes how often each row was drawn.</summary>
/// <remarks>
/// Independent Poisson(1) counts, conditioned on their total, are the multinomial counts of a resample. So every row gets a Poisson count, many
/// rows at a time, and then each stratum of m rows, off by about sqrt(m), is brought to its size by adding random rows or taking random draws
/// away, which is exact too. Counts above 12 (chance 6e-11 a row, below the 2^-32 of the random bits) are drawn as 12. Immutable, so threads may share one.
/// </remarks>
public sealed class RowResampler
{
    private const int LargestCount = 12;
    private const int BlockRows = 1024;

    // P(count <= k) in units of 2^-32: a count is the number of thresholds that a random word reaches.
    private static readonly uint[] Thresholds = PoissonThresholds();

    private readonly int[][] members;
    private readonly int[] strata;

    /// <summary>One stratum of all rows 0..<paramref name="count"/>-1.</summary>
    public RowResampler(int count) : this(new int[Guard.Positive(count)], 1)
    {
    }

    /// <summary>The stratum 0..<paramref name="strataCount"/>-1 of every row.</summary>
    /// <exception cref="ArgumentException">A stratum lies outside its range, or there are no rows.</exception>
    public RowResampler(ReadOnlySpan<int> strata, int strataCount)
    {
        Count = Guard.Positive(strata.Length);
        this.strata = strata.ToArray();
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
        FillWithPoisson(random, multiplicities);
        Span<int> excess = members.Length <= 256 ? stackalloc int[members.Length] : new int[members.Length];
        for (var s = 0; s < members.Length; s++)
            excess[s] = -members[s].Length;
        for (var i = 0; i < multiplicities.Length; i++)
            excess[strata[i]] += multiplicities[i];
        for (var s = 0; s < members.Length; s++)
        {
            var rows = members[s];
            for (; excess[s] < 0; excess[s]++)
                multiplicities[rows[random.Next(rows.Length)]]++;
            while (excess[s] > 0)
            {
                // A random one of the draws: a random row, accepted in proportion to how often it was drawn.
                var row = rows[random.Next(rows.Length)];
                if (random.Next(LargestCount) >= multiplicities[row])
                    continue;
                multiplicities[row]--;
                excess[s]--;
            }
        }
    }

    private static void FillWithPoisson(RandomStream random, Span<byte> counts)
    {
        Span<uint> words = stackalloc uint[BlockRows];
        for (var start = 0; start < counts.Length; start += BlockRows)
        {
            var block = counts.Slice(start, Math.Min(BlockRows, counts.Length - start));
            // Whole blocks of words even for a short rest: the stream must not depend on how many lanes a processor has.
            random.Fill(words);
            var i = 0;
            for (; i + 32 <= block.Length; i += 32)
                Vector256.Narrow(
                    Vector256.Narrow(Counts(words[i..]), Counts(words[(i + 8)..])),
                    Vector256.Narrow(Counts(words[(i + 16)..]), Counts(words[(i + 24)..]))).CopyTo(block[i..]);
            block[i..].Clear();
            for (; i < block.Length; i++)
                foreach (var threshold in Thresholds)
                    block[i] += words[i] >= threshold ? (byte)1 : (byte)0;
        }
    }

    private static Vector256<uint> Counts(ReadOnlySpan<uint> words)
    {
        var word = Vector256.Create(words);
        var count = Vector256<uint>.Zero;
        foreach (var threshold in Thresholds)
            count -= Vector256.GreaterThanOrEqual(word, Vector256.Create(threshold)); // a true lane is -1
        return count;
    }

    private static uint[] PoissonThresholds()
    {
        var (mass, cumulative) = (Math.Exp(-1), 0.0);
        var thresholds = new List<uint>();
        for (var k = 0; k < LargestCount; k++)
        {
            cumulative += mass;
            mass /= k + 1;
            thresholds.Add((uint)Math.Min(uint.MaxValue, Math.Round(cumulative * 4294967296.0)));
        }
        return [.. thresholds];
    }
}
