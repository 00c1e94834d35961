using Ballast.Core;
using Ballast.Numerics.Intervals;

namespace Ballast.Evaluation.Metrics;

/// <summary>Rows reduced to how many have each (label, first decision, second decision): resampling counts, not rows.</summary>
internal sealed class DecisionCells
{
    private readonly int classes;
    private readonly (int Label, (int First, int Second)[] Cells, GroupedResampler Resampler)[] strata;

    public DecisionCells(ReadOnlySpan<int> labels, ReadOnlySpan<int> first, ReadOnlySpan<int> second, int classes)
    {
        this.classes = classes;
        var counts = new SortedDictionary<(int Label, int First, int Second), int>();
        for (var i = 0; i < labels.Length; i++)
        {
            var key = (labels[i], first[i], second[i]);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }
        strata = [.. counts.GroupBy(cell => cell.Key.Label).Select(stratum => (
            stratum.Key, stratum.Select(cell => (cell.Key.First, cell.Key.Second)).ToArray(), new GroupedResampler([.. stratum.Select(cell => cell.Value)])))];
    }

    internal sealed record Workspace(ConfusionMatrix First, ConfusionMatrix Second, int[] Counts);

    public Workspace NewWorkspace() => new(new ConfusionMatrix(classes), new ConfusionMatrix(classes), new int[strata.Max(stratum => stratum.Cells.Length)]);

    /// <summary>One resample within each label: the two confusion matrices of the same rows.</summary>
    public (ConfusionMatrix First, ConfusionMatrix Second) Draw(RandomStream random, Workspace workspace)
    {
        workspace.First.Clear();
        workspace.Second.Clear();
        foreach (var (label, cells, resampler) in strata)
        {
            var counts = workspace.Counts.AsSpan(0, cells.Length);
            resampler.Draw(random, counts);
            for (var c = 0; c < cells.Length; c++)
            {
                workspace.First.Add(label, cells[c].First, counts[c]);
                workspace.Second.Add(label, cells[c].Second, counts[c]);
            }
        }
        return (workspace.First, workspace.Second);
    }
}
