using Ballast.Core;

namespace Ballast.Evaluation.Fairness;

/// <summary>Counts of decisions by group, with one class as the positive one: what the standard rates and their gaps are made of.</summary>
public sealed class GroupRates
{
    private readonly int[] selected, positives, hits, rows;

    /// <summary>Counts.</summary>
    /// <param name="groups">n group indices 0..G-1; -1 where unknown: such rows are left out and counted in <see cref="UnknownRows"/>.</param>
    /// <param name="groupNames">Names of the G groups.</param>
    /// <param name="decisions">n decided classes.</param>
    /// <param name="labels">n true classes; empty where they are not known: only demographic parity is defined then.</param>
    /// <param name="positive">The class that counts as positive.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a group lies outside its names.</exception>
    public GroupRates(ReadOnlySpan<int> groups, IReadOnlyList<string> groupNames, ReadOnlySpan<int> decisions, ReadOnlySpan<int> labels, int positive)
    {
        ArgumentNullException.ThrowIfNull(groupNames);
        Guard.SameLength(groups.Length, decisions.Length, nameof(groups), nameof(decisions));
        if (!labels.IsEmpty)
            Guard.SameLength(groups.Length, labels.Length, nameof(groups), nameof(labels));
        GroupNames = groupNames;
        HasLabels = !labels.IsEmpty;
        (selected, positives, hits, rows) = (new int[groupNames.Count], new int[groupNames.Count], new int[groupNames.Count], new int[groupNames.Count]);
        for (var i = 0; i < groups.Length; i++)
        {
            var z = groups[i];
            if (z < -1 || z >= groupNames.Count)
                throw new ArgumentException($"groups[{i}] is {z}; expected -1..{groupNames.Count - 1}.", nameof(groups));
            if (z < 0)
            {
                UnknownRows++;
                continue;
            }
            rows[z]++;
            if (decisions[i] == positive)
                selected[z]++;
            if (HasLabels && labels[i] == positive)
            {
                positives[z]++;
                if (decisions[i] == positive)
                    hits[z]++;
            }
        }
    }

    /// <summary>Names of the groups.</summary>
    public IReadOnlyList<string> GroupNames { get; }

    /// <summary>Whether true classes are known.</summary>
    public bool HasLabels { get; }

    /// <summary>Rows without a group, which no rate counts.</summary>
    public int UnknownRows { get; }

    /// <summary>Successes and trials of a rate in a group.</summary>
    /// <exception cref="InvalidOperationException">The rate needs true classes and there are none.</exception>
    public (int Successes, int Trials) this[GroupRate rate, int group]
    {
        get
        {
            if (rate != GroupRate.Selection && !HasLabels)
                throw new InvalidOperationException($"{rate} needs true classes.");
            var (n, s, p, h) = (rows[group], selected[group], positives[group], hits[group]);
            return rate switch
            {
                GroupRate.Selection => (s, n),
                GroupRate.TruePositive => (h, p),
                GroupRate.FalsePositive => (s - h, n - p),
                GroupRate.Precision => (h, s),
                GroupRate.Accuracy => (h + (n - p - (s - h)), n),
                _ => throw new ArgumentOutOfRangeException(nameof(rate), rate, "No such rate."),
            };
        }
    }
}
