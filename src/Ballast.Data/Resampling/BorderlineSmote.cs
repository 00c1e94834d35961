using Ballast.Core;
using Ballast.Numerics.Neighbors;

namespace Ballast.Data.Resampling;

/// <summary>Which neighbours the rows in danger are joined with.</summary>
public enum BorderlineKind
{
    /// <summary>Neighbours of the same class.</summary>
    Kind1 = 1,

    /// <summary>Neighbours of all classes; towards another class the step stays below one half.</summary>
    Kind2 = 2,
}

/// <summary>Borderline-SMOTE: grows a class from those of its rows that have more foreign than own neighbours, but not only foreign ones. Numeric columns.</summary>
/// <remarks>
/// Source: Han, Wang and Mao, ICIC 2005. Of the m nearest neighbours among all rows, m' are of other classes than the one being grown: noise m' = m, danger
/// m/2 &lt;= m' &lt; m, safe the rest; bases are the danger rows. A class without danger rows stays as it is and the result says so. Time O(n_c n d) a class.
/// </remarks>
public sealed class BorderlineSmote(SmoteOptions? options = null) : IResampler
{
    /// <summary>The options.</summary>
    public SmoteOptions Options { get; } = options ?? new SmoteOptions();

    /// <summary>Which neighbours the rows in danger are joined with. Default <see cref="BorderlineKind.Kind1"/>.</summary>
    public BorderlineKind Kind { get; init; } = BorderlineKind.Kind1;

    /// <summary>Neighbours m that decide about danger; at least 1. Default 10.</summary>
    public int DangerNeighbors { get; init => field = Guard.Positive(value); } = 10;

    /// <inheritdoc/>
    public string Name => Kind == BorderlineKind.Kind1 ? "Borderline-SMOTE 1" : "Borderline-SMOTE 2";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Also when there are categorical columns.</exception>
    public ResampleResult Resample(Dataset data, CancellationToken cancellation = default)
    {
        var work = new ResamplingRun(Name, data, cancellation);
        SmoteFamily.RequireNumeric(data, Name);
        work.RequireRows(DangerNeighbors, nameof(DangerNeighbors));
        var space = work.Space(Options.Standardize, cancellation);
        var points = space.AllPoints();
        var writer = new SegmentWriter(data, Options);
        var made = new List<MadeRows>();
        foreach (var growth in Options.Target.Growth(data, work.Counts))
        {
            if (Kind == BorderlineKind.Kind1)
                work.RequireNeighbours(growth.ClassIndex, Options.Neighbors);
            else
                work.RequireRows(Options.Neighbors, nameof(Options.Neighbors));
            var groups = BorderlineGroups.Of(points, data.Labels.Span, growth.ClassIndex, DangerNeighbors, cancellation);
            if (groups.Danger.Length == 0)
            {
                work.Warnings.Add($"Class '{data.ClassNames[growth.ClassIndex]}' stays as it is: none of its {groups.Rows.Length} rows lies on the border.");
                continue;
            }
            work.Notes.Add($"Class '{data.ClassNames[growth.ClassIndex]}': {groups.Danger.Length} rows on the border, {groups.Noise.Length} noise, {groups.Safe.Length} safe.");
            made.Add(Make(data, growth, groups, points, writer, cancellation));
        }
        return work.Extended(made, cancellation);
    }

    private MadeRows Make(Dataset data, ClassGrowth growth, BorderlineGroups groups, PointSet points, SegmentWriter writer, CancellationToken cancellation)
    {
        var near = new int[groups.Danger.Length][];
        if (Kind == BorderlineKind.Kind1)
        {
            var places = Array.ConvertAll(groups.Danger, row => Array.BinarySearch(groups.Rows, row));
            var table = NearestNeighbours.Among(points.Select(groups.Rows), places, Options.Neighbors, cancellation: cancellation);
            for (var q = 0; q < near.Length; q++)
                near[q] = [.. table.Of(q).ToArray().Select(place => groups.Rows[place])];
        }
        else
        {
            var table = NearestNeighbours.Among(points, groups.Danger, Options.Neighbors, cancellation: cancellation);
            for (var q = 0; q < near.Length; q++)
                near[q] = table.Of(q).ToArray();
        }
        var draws = SyntheticDraws.Of(growth, near.Length, Options.Neighbors, RandomStream.For(Options.Seed, "borderline-smote", growth.ClassIndex));
        var bases = Array.ConvertAll(draws.Bases, b => groups.Danger[b]);
        var neighbours = new int[bases.Length];
        var labels = data.Labels.Span;
        for (var i = 0; i < bases.Length; i++)
        {
            neighbours[i] = near[draws.Bases[i]][draws.Picks[i]];
            if (labels[neighbours[i]] != growth.ClassIndex)
                draws.Steps[i] /= 2;    // uniform in [0, 1/2): the new row stays nearer to its base
        }
        return new MadeRows(growth.ClassIndex, bases, neighbours, draws.Steps,
            (i, destination) => writer.Write(bases[i], neighbours[i], draws.Steps[i], destination));
    }
}
