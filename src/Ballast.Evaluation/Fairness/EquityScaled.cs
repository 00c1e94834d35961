using Ballast.Core;

namespace Ballast.Evaluation.Fairness;

/// <summary>Equity-scaled scores: they fall when groups differ, however good the model is on the whole.</summary>
/// <remarks>Source: Tian et al., "FairSeg", ICLR 2024. Groups are 0..G-1, all with items; -1 marks an item without a group, which is left out and counted.</remarks>
public static class EquityScaled
{
    /// <summary>The mean of a score per item, such as the Dice of each image.</summary>
    /// <param name="perItem">n scores, higher is better.</param>
    /// <param name="groups">n groups.</param>
    /// <exception cref="ArgumentException">Lengths differ, a score is NaN, a group is empty, or no item has a group.</exception>
    public static EquityScaledScore Score(ReadOnlySpan<double> perItem, ReadOnlySpan<int> groups)
    {
        var scores = perItem.ToArray();
        if (scores.Any(double.IsNaN))
            throw new ArgumentException($"Item {Array.FindIndex(scores, double.IsNaN) + 1} has no score (NaN).", nameof(perItem));
        return ByRows(scores.Length, groups, rows => rows.Average(i => scores[i]));
    }

    /// <summary>Area under the ROC curve of all rows and of each group's; ties count half. A group of one class has none.</summary>
    /// <param name="scores">n scores.</param>
    /// <param name="labels">n labels, 0 or 1.</param>
    /// <param name="groups">n groups.</param>
    /// <exception cref="ArgumentException">Lengths differ, a score is NaN, a label is neither 0 nor 1, all rows have one class, every group has, or a group is empty.</exception>
    public static EquityScaledScore Auc(ReadOnlySpan<double> scores, ReadOnlySpan<int> labels, ReadOnlySpan<int> groups)
    {
        LabelledRows.CheckBinary(labels, scores);
        Guard.SameLength(scores.Length, groups.Length, nameof(scores), nameof(groups));
        var (s, y, a) = (scores.ToArray(), labels.ToArray(), groups.ToArray());
        int[] known = [.. Enumerable.Range(0, y.Length).Where(i => a[i] >= 0)];
        if (known.Length > 0 && Array.TrueForAll(known, i => y[i] == y[known[0]]))
            throw new ArgumentException("All rows have one class: there is no AUC.", nameof(labels));
        return ByRows(s.Length, groups, rows => AucOf([.. rows.Select(i => s[i])], [.. rows.Select(i => y[i])]));
    }

    /// <summary>Share of rows decided right, positive from the threshold on.</summary>
    /// <param name="scores">n scores.</param>
    /// <param name="labels">n labels, 0 or 1.</param>
    /// <param name="groups">n groups.</param>
    /// <param name="threshold">Rows with at least this score are decided positive.</param>
    /// <exception cref="ArgumentException">Lengths differ, a score is NaN, a label is neither 0 nor 1, a group is empty.</exception>
    public static EquityScaledScore Accuracy(ReadOnlySpan<double> scores, ReadOnlySpan<int> labels, ReadOnlySpan<int> groups, double threshold = 0.5)
    {
        LabelledRows.CheckBinary(labels, scores);
        var right = new double[scores.Length];
        for (var i = 0; i < right.Length; i++)
            right[i] = (scores[i] >= threshold ? 1 : 0) == labels[i] ? 1 : 0;
        return Score(right, groups);
    }

    private static EquityScaledScore ByRows(int count, ReadOnlySpan<int> groups, Func<int[], double> score)
    {
        Guard.SameLength(count, groups.Length, "scores", nameof(groups));
        var members = new List<List<int>>();
        var known = new List<int>();
        for (var i = 0; i < count; i++)
        {
            if (groups[i] < -1)
                throw new ArgumentException($"Item {i + 1} has the group {groups[i]}; expected 0 or more, or -1 where unknown.", nameof(groups));
            while (members.Count <= groups[i])
                members.Add([]);
            if (groups[i] < 0)
                continue;
            members[groups[i]].Add(i);
            known.Add(i);
        }
        if (known.Count == 0)
            throw new ArgumentException("No item has a group.", nameof(groups));
        if (members.FindIndex(rows => rows.Count == 0) is >= 0 and var empty)
            throw new ArgumentException($"Group {empty} is empty.", nameof(groups));
        return new EquityScaledScore(score([.. known]), [.. members.Select(rows => score([.. rows]))], [.. members.Select(rows => rows.Count)], count - known.Count);
    }

    /// <summary>The share of (positive, negative) pairs in which the positive has the higher score, by ranks; NaN of one class.</summary>
    private static double AucOf(double[] scores, int[] labels)
    {
        Array.Sort(scores, labels);
        long positives = labels.Count(label => label == 1), negatives = labels.Length - positives;
        double won = 0;
        long below = 0;
        for (var i = 0; i < scores.Length;)
        {
            long tiedPositives = 0, tiedNegatives = 0;
            for (var start = i; i < scores.Length && scores[i] == scores[start]; i++)
                (tiedPositives, tiedNegatives) = labels[i] == 1 ? (tiedPositives + 1, tiedNegatives) : (tiedPositives, tiedNegatives + 1);
            won += tiedPositives * (below + tiedNegatives / 2.0);
            below += tiedNegatives;
        }
        return positives == 0 || negatives == 0 ? double.NaN : won / ((double)positives * negatives);
    }
}
