using Ballast.Core;
using Ballast.Numerics.Sampling;

namespace Ballast.Numerics.Intervals;

/// <summary>Resamples rows with replacement where only the group of a row matters: draws the multinomial counts of the groups.</summary>
/// <remarks>Costs O(groups) where groups are few, O(rows) at worst; exact either way. Immutable, so threads may share one.</remarks>
public sealed class GroupedResampler
{
    // A binomial costs about as much as this many direct draws.
    private const int DirectDrawsPerBinomial = 16;

    private readonly int[] sizes;
    private readonly int[]? groupOfRow;

    /// <summary>Takes the number of rows in each group; groups without rows never get any.</summary>
    public GroupedResampler(ReadOnlySpan<int> sizes)
    {
        this.sizes = sizes.ToArray();
        foreach (var size in sizes)
            Rows = checked(Rows + Guard.NotNegative(size));
        if (sizes.Length * (long)DirectDrawsPerBinomial >= Rows)
        {
            groupOfRow = new int[Rows];
            for (var (g, row) = (0, 0); g < sizes.Length; g++)
                for (var i = 0; i < sizes[g]; i++)
                    groupOfRow[row++] = g;
        }
    }

    /// <summary>Rows of all groups, also the rows of a resample.</summary>
    public int Rows { get; }

    /// <summary>Draws <see cref="Rows"/> rows and writes how many fell into each group.</summary>
    public void Draw(RandomStream random, Span<int> counts)
    {
        ArgumentNullException.ThrowIfNull(random);
        Guard.SameLength(sizes.Length, counts.Length, nameof(sizes), nameof(counts));
        counts.Clear();
        if (groupOfRow is not null)
        {
            for (var i = 0; i < groupOfRow.Length; i++)
                counts[groupOfRow[random.Next(groupOfRow.Length)]]++;
            return;
        }
        // Multinomial as a chain of binomials: each group takes its share of what is left.
        var (rowsLeft, drawsLeft) = (Rows, Rows);
        for (var g = 0; g < sizes.Length && drawsLeft > 0; g++)
        {
            if (sizes[g] == 0)
                continue;
            counts[g] = sizes[g] == rowsLeft ? drawsLeft : (int)BinomialSampler.Draw(random, drawsLeft, (double)sizes[g] / rowsLeft);
            rowsLeft -= sizes[g];
            drawsLeft -= counts[g];
        }
    }
}
