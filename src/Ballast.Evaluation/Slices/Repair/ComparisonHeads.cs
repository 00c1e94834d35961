using Ballast.Core;
using Ballast.Evaluation.Slices.Language;

namespace Ballast.Evaluation.Slices.Repair;

/// <summary>Other last layers on the same representations, to compare a repair with.</summary>
public static class ComparisonHeads
{
    private const double DroStep = 0.1;
    private const int DroRounds = 50;

    private static readonly double[] upweights = [2, 5, 20];

    /// <summary>One layer fitted to all rows: deep feature reweighting (Kirichenko et al., ICLR 2023) without groups.</summary>
    public static LastLayer WholeSplit(SliceInput rows, double penalty = 0.3, CancellationToken cancellation = default) => Fit(rows, default, penalty, null, cancellation);

    /// <summary>Deep feature reweighting with known groups: every group has the same weight in all.</summary>
    /// <param name="rows">n rows.</param>
    /// <param name="groups">n groups, from 0.</param>
    /// <param name="penalty">C of <see cref="LastLayer"/>.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a group is negative.</exception>
    public static LastLayer GroupBalanced(SliceInput rows, ReadOnlySpan<int> groups, double penalty = 0.3, CancellationToken cancellation = default)
    {
        var counts = Counts(rows, groups);
        var present = counts.Count(count => count > 0);
        var weights = new double[rows.Count];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = (double)rows.Count / (present * counts[groups[i]]);
        return Fit(rows, weights, penalty, null, cancellation);
    }

    /// <summary>Just train twice (Liu et al., ICML 2021): rows that the old model got wrong count 2, 5 or 20 times, whichever leaves the worst of <paramref name="slices"/> best.</summary>
    /// <param name="rows">n rows with the old model's predictions.</param>
    /// <param name="slices">Slices to choose by, such as a report's; where there are none, the worst class.</param>
    /// <param name="penalty">C of <see cref="LastLayer"/>.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static LastLayer JustTrainTwice(SliceInput rows, IReadOnlyList<Slice> slices, double penalty = 0.3, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(slices);
        int[][] parts = slices.Count > 0
            ? [.. slices.Select(slice => slice.Rows.ToArray())]
            : [.. Enumerable.Range(0, rows.ClassNames.Count).Select(c => Enumerable.Range(0, rows.Count).Where(i => rows.Labels.Span[i] == c).ToArray()).Where(part => part.Length > 0)];
        var wrong = rows.Errors();
        return upweights.Select(factor => Fit(rows, Array.ConvertAll(wrong, error => error > 0 ? factor : 1), penalty, null, cancellation)).MaxBy(layer =>
        {
            var decided = HeadEnsemble.Decide(layer.Probabilities(rows.Representations.Span), layer.Classes);
            return parts.Min(part => part.Average(i => decided[i] == rows.Labels.Span[i] ? 1.0 : 0));
        })!;
    }

    /// <summary>Group distributionally robust optimisation (Sagawa et al., ICLR 2020) of the last layer: group weights q rise with the group's mean loss, q ← q exp(0.1 loss), the layer is refitted.</summary>
    /// <param name="rows">n rows.</param>
    /// <param name="groups">n groups, from 0, such as <see cref="PseudoGroups"/>.</param>
    /// <param name="penalty">C of <see cref="LastLayer"/>.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a group is negative.</exception>
    public static LastLayer GroupRobust(SliceInput rows, ReadOnlySpan<int> groups, double penalty = 0.3, CancellationToken cancellation = default)
    {
        var (own, counts) = (groups.ToArray(), Counts(rows, groups));
        var present = counts.Count(count => count > 0);
        var shares = Array.ConvertAll(counts, count => count > 0 ? 1.0 / present : 0);
        LastLayer? layer = null;
        for (var round = 0; round < DroRounds; round++)
        {
            var weights = Array.ConvertAll(own, group => shares[group] * rows.Count / counts[group]);
            layer = Fit(rows, weights, penalty, layer, cancellation);
            var losses = layer.Losses(rows.Representations.Span, rows.Labels.Span);
            var means = new double[counts.Length];
            for (var i = 0; i < own.Length; i++)
                means[own[i]] += losses[i] / counts[own[i]];
            for (var g = 0; g < shares.Length; g++)
                shares[g] *= Math.Exp(DroStep * means[g]);
            var total = shares.Sum();
            shares = Array.ConvertAll(shares, share => share / total);
        }
        return layer!;
    }

    /// <summary>Groups without group labels: the class, and whether the hypothesis counts as present.</summary>
    /// <param name="hypothesis">A hypothesis tested on <paramref name="rows"/>.</param>
    /// <param name="rows">n rows.</param>
    public static int[] PseudoGroups(TestedHypothesis hypothesis, SliceInput rows)
    {
        ArgumentNullException.ThrowIfNull(hypothesis);
        ArgumentNullException.ThrowIfNull(rows);
        Guard.SameLength(rows.Count, hypothesis.Scores.Length, nameof(rows), nameof(hypothesis));
        return [.. Enumerable.Range(0, rows.Count).Select(i => 2 * rows.Labels.Span[i] + (hypothesis.Scores.Span[i] >= hypothesis.Threshold ? 1 : 0))];
    }

    internal static double[] Pick(SliceInput rows, int[] chosen)
    {
        var picked = new double[chosen.Length * rows.Width];
        for (var i = 0; i < chosen.Length; i++)
            rows.Representations.Span.Slice(chosen[i] * rows.Width, rows.Width).CopyTo(picked.AsSpan(i * rows.Width));
        return picked;
    }

    private static LastLayer Fit(SliceInput rows, ReadOnlyMemory<double> weights, double penalty, LastLayer? start, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return LastLayer.Fit(rows.Representations, rows.Labels, rows.ClassNames.Count, penalty, weights, start, cancellation);
    }

    private static int[] Counts(SliceInput rows, ReadOnlySpan<int> groups)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Guard.SameLength(rows.Count, groups.Length, nameof(rows), nameof(groups));
        var most = 0;
        foreach (var group in groups)
            most = Math.Max(most, Guard.NotNegative(group, nameof(groups)));
        var counts = new int[most + 1];
        foreach (var group in groups)
            counts[group]++;
        return counts;
    }
}
