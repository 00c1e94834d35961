using Ballast.Core;
using Ballast.Numerics.Neighbors;

namespace Ballast.Data.Resampling;

/// <summary>The decisions of the cleaning methods, on points given in float64.</summary>
public static class Cleaning
{
    /// <summary>Passes that repeated editing makes at most.</summary>
    public const int MostPasses = 100;

    /// <summary>Pairs (i, j), i &lt; j, of different classes, each the other's single nearest neighbour over all rows (Tomek 1976); ascending.</summary>
    public static IReadOnlyList<(int First, int Second)> TomekPairs(PointSet points, ReadOnlySpan<int> labels, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        Guard.SameLength(points.Count, labels.Length, nameof(points), nameof(labels));
        var near = NearestNeighbours.Within(points, 1, cancellation: cancellation);
        var pairs = new List<(int, int)>();
        for (var i = 0; i < labels.Length; i++)
        {
            var j = near.Of(i)[0];
            if (i < j && near.Of(j)[0] == i && labels[i] != labels[j])
                pairs.Add((i, j));
        }
        return pairs;
    }

    /// <summary>Rows that Tomek links leave, ascending.</summary>
    public static int[] WithoutTomekLinks(PointSet points, ReadOnlySpan<int> labels, int classCount, CleanedClasses classes, CancellationToken cancellation = default)
    {
        var cleaned = MayClean(Counts(labels, classCount), classes);
        var removed = new HashSet<int>();
        foreach (var (first, second) in TomekPairs(points, labels, cancellation))
        {
            if (cleaned[labels[first]])
                removed.Add(first);
            if (cleaned[labels[second]])
                removed.Add(second);
        }
        return [.. Enumerable.Range(0, labels.Length).Where(i => !removed.Contains(i))];
    }

    /// <summary>Rows that edited nearest neighbours leave, ascending (Wilson 1972).</summary>
    public static int[] Edited(
        PointSet points, ReadOnlySpan<int> labels, int classCount, int k, NeighbourRule rule, CleanedClasses classes, CancellationToken cancellation = default) =>
        Edited(points, labels, k, rule, MayClean(Counts(labels, classCount), classes), cancellation);

    /// <summary>Rows that repeated editing leaves, and the passes made, the last included (Tomek 1976b).</summary>
    /// <remarks>
    /// Stops after a pass that removed nothing, or that left a class other than the minority with fewer rows than the minority had at the start, or a class with
    /// none, or too few rows for k neighbours, or after <see cref="MostPasses"/>. The removals of the last pass stand; which class is the minority is settled at the start.
    /// </remarks>
    public static (int[] Kept, int Passes) RepeatedlyEdited(
        PointSet points, ReadOnlySpan<int> labels, int classCount, int k, CleanedClasses classes, CancellationToken cancellation = default)
    {
        var start = Counts(labels, classCount);
        var cleaned = MayClean(start, classes);
        var kept = All(labels.Length);
        for (var pass = 1; ; pass++)
        {
            var before = kept.Length;
            kept = EditSurvivors(points, labels, kept, k, cleaned, cancellation);
            if (kept.Length == before || kept.Length <= k || pass == MostPasses || ClassSpent(start, labels, kept))
                return (kept, pass);
        }
    }

    /// <summary>Rows that All-kNN leaves: editing with 1, 2, ..., K neighbours on the survivors; ended early by the class conditions of <see cref="RepeatedlyEdited"/>.</summary>
    public static int[] AllKnn(PointSet points, ReadOnlySpan<int> labels, int classCount, int largestK, CleanedClasses classes, CancellationToken cancellation = default)
    {
        var start = Counts(labels, classCount);
        var cleaned = MayClean(start, classes);
        var kept = All(labels.Length);
        for (var k = 1; k <= largestK && kept.Length > k; k++)
        {
            kept = EditSurvivors(points, labels, kept, k, cleaned, cancellation);
            if (ClassSpent(start, labels, kept))
                break;
        }
        return kept;
    }

    private static int[] EditSurvivors(PointSet points, ReadOnlySpan<int> labels, int[] survivors, int k, bool[] cleaned, CancellationToken cancellation)
    {
        var classes = new int[survivors.Length];
        for (var i = 0; i < classes.Length; i++)
            classes[i] = labels[survivors[i]];
        return Array.ConvertAll(Edited(points.Select(survivors), classes, k, NeighbourRule.All, cleaned, cancellation), place => survivors[place]);
    }

    private static int[] Edited(PointSet points, ReadOnlySpan<int> labels, int k, NeighbourRule rule, bool[] cleaned, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(points);
        Guard.SameLength(points.Count, labels.Length, nameof(points), nameof(labels));
        var judged = new List<int>();
        for (var i = 0; i < labels.Length; i++)
            if (cleaned[labels[i]])
                judged.Add(i);
        var near = NearestNeighbours.Among(points, judged.ToArray(), k, cancellation: cancellation);
        var removed = new bool[labels.Length];
        var votes = new int[cleaned.Length];
        for (var q = 0; q < judged.Count; q++)
        {
            Array.Clear(votes);
            foreach (var neighbour in near.Of(q))
                votes[labels[neighbour]]++;
            var own = labels[judged[q]];
            // IndexOf gives the first of the classes with most votes: ties go to the lowest.
            removed[judged[q]] = rule == NeighbourRule.All ? votes[own] < k : Array.IndexOf(votes, votes.Max()) != own;
        }
        return [.. All(labels.Length).Where(i => !removed[i])];
    }

    private static bool ClassSpent(int[] start, ReadOnlySpan<int> labels, int[] kept)
    {
        var minority = ResamplingTarget.MinorityOf(start);
        var now = new int[start.Length];
        foreach (var row in kept)
            now[labels[row]]++;
        return Enumerable.Range(0, start.Length).Any(c => start[c] > 0 && (now[c] == 0 || (c != minority && now[c] < start[minority])));
    }

    private static bool[] MayClean(int[] counts, CleanedClasses classes)
    {
        var cleaned = new bool[counts.Length];
        Array.Fill(cleaned, true);
        if (classes == CleanedClasses.NotMinority)
            cleaned[ResamplingTarget.MinorityOf(counts)] = false;
        return cleaned;
    }

    private static int[] Counts(ReadOnlySpan<int> labels, int classCount)
    {
        var counts = new int[classCount];
        foreach (var label in labels)
            counts[Guard.InRange(label, 0, classCount - 1, nameof(labels))]++;
        return counts;
    }

    private static int[] All(int count) => [.. Enumerable.Range(0, count)];
}
