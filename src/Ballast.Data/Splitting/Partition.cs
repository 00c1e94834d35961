using Ballast.Core;

namespace Ballast.Data.Splitting;

/// <summary>Assigns rows to parts of given shares.</summary>
public static class Partition
{
    /// <summary>A part for each row, such that every class is shared out as evenly as whole rows allow.</summary>
    /// <remarks>
    /// Part p has floor or ceiling of f_p n_k rows of a class of n_k; the rows that the floors leave over go, a class at a time, to the parts that lag most behind over all classes so
    /// far. A class that has any row has one in part 0, so that the training part knows every class.
    /// </remarks>
    /// <param name="labels">n class indices in 0..<paramref name="classes"/>-1.</param>
    /// <param name="classes">Number of classes K.</param>
    /// <param name="shares">Share of each part, at least 0, summing to 1; the first greater than 0.</param>
    /// <param name="seed">Decides which rows meet.</param>
    /// <returns>n part indices.</returns>
    /// <exception cref="ArgumentException">The shares do not sum to 1, or one is negative.</exception>
    public static int[] Stratified(ReadOnlySpan<int> labels, int classes, IReadOnlyList<double> shares, long seed = 0)
    {
        CheckShares(shares);
        var partOfRow = new int[labels.Length];
        var lag = new double[shares.Count];
        var rowsByClass = RowGroups.ByClass(labels, classes);
        for (var k = 0; k < classes; k++)
        {
            var rows = rowsByClass[k];
            RandomStream.For(seed, "partition", k).Shuffle(rows.AsSpan());
            var next = 0;
            foreach (var (part, count) in Quotas(rows.Length, shares, lag).Index())
                for (var i = 0; i < count; i++)
                    partOfRow[rows[next++]] = part;
        }
        return partOfRow;
    }

    /// <summary>As <see cref="Stratified"/>, with all rows of a group (a patient, a slide) in one part.</summary>
    /// <remarks>
    /// Greedy: groups from large to small, each to the part with the largest remaining deficit f_p n_k - have_pk in the class of its rows; a group of several classes weighs their
    /// deficits by its rows. Ties go to the earlier part. Rows without a group (-1) stand alone.
    /// </remarks>
    /// <param name="labels">n class indices.</param>
    /// <param name="classes">Number of classes K.</param>
    /// <param name="groups">n group indices, -1 where a row stands alone.</param>
    /// <param name="shares">Share of each part, at least 0, summing to 1; the first greater than 0.</param>
    /// <param name="seed">Decides the order of groups of equal size.</param>
    /// <returns>n part indices.</returns>
    /// <exception cref="ArgumentException">Lengths disagree, the shares do not sum to 1, or one is negative.</exception>
    public static int[] StratifiedByGroup(ReadOnlySpan<int> labels, int classes, ReadOnlySpan<int> groups, IReadOnlyList<double> shares, long seed = 0)
    {
        CheckShares(shares);
        Guard.SameLength(labels.Length, groups.Length, nameof(labels), nameof(groups));
        var deficit = new double[shares.Count, classes];
        foreach (var label in labels)
            for (var part = 0; part < shares.Count; part++)
                deficit[part, label] += shares[part];

        var partOfRow = new int[labels.Length];
        foreach (var group in RowGroups.LargestFirst(groups, RandomStream.For(seed, "group partition")))
        {
            var best = (Deficit: double.NegativeInfinity, Part: 0);
            for (var part = 0; part < shares.Count; part++)
            {
                var sum = 0.0;
                foreach (var row in group)
                    sum += deficit[part, labels[row]];
                // Sums of shares round: a hair must not decide a tie.
                if (shares[part] > 0 && sum > best.Deficit + 1e-9 * group.Length)
                    best = (sum, part);
            }
            foreach (var row in group)
            {
                partOfRow[row] = best.Part;
                deficit[best.Part, labels[row]]--;
            }
        }
        return partOfRow;
    }

    // Rows of one class for each part: floors, then one more for the parts that lag most.
    private static int[] Quotas(int rows, IReadOnlyList<double> shares, double[] lag)
    {
        var quotas = new int[shares.Count];
        for (var part = 0; part < quotas.Length; part++)
        {
            quotas[part] = (int)Math.Floor(shares[part] * rows + 1e-9);
            lag[part] += shares[part] * rows - quotas[part];
        }
        var open = Enumerable.Range(0, quotas.Length).Where(part => shares[part] * rows - quotas[part] > 1e-9).ToList();
        var firstEmpty = rows > 0 && quotas[0] == 0;
        for (var left = rows - quotas.Sum(); left > 0; left--)
        {
            var part = firstEmpty ? 0 : open.MaxBy(p => lag[p]);
            firstEmpty = false;
            open.Remove(part);
            quotas[part]++;
            lag[part]--;
        }
        return quotas;
    }

    private static void CheckShares(IReadOnlyList<double> shares)
    {
        ArgumentNullException.ThrowIfNull(shares);
        foreach (var share in shares)
            Guard.NotNegative(share, nameof(shares));
        if (shares.Count == 0 || !(Math.Abs(shares.Sum() - 1) < 1e-9) || !(shares[0] > 0))
            throw new ArgumentException($"The shares {string.Join(", ", shares)} must sum to 1, the first greater than 0.", nameof(shares));
    }
}
