using Ballast.Core;
using Ballast.Numerics.Neighbors;

namespace Ballast.Data.Resampling;

/// <summary>SMOTE-NC: SMOTE for numeric and categorical columns together.</summary>
/// <remarks>
/// Source: Chawla et al., JAIR 16 (2002), section 6.1. Squared distance: squared numeric differences + med^2 * (categorical columns that differ), med the
/// median of the numeric columns' population standard deviations over the class. Numbers as SMOTE; each category is the most frequent among the base row's
/// k neighbours (the base not counted), ties at random. Where med is 0 the price of a differing category is 1 and the result warns.
/// </remarks>
public sealed class SmoteNc(SmoteOptions? options = null) : IResampler
{
    /// <summary>The options.</summary>
    public SmoteOptions Options { get; } = options ?? new SmoteOptions();

    /// <inheritdoc/>
    public string Name => "SMOTE-NC";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Also when all columns are numeric, or all categorical.</exception>
    public ResampleResult Resample(Dataset data, CancellationToken cancellation = default)
    {
        var work = new ResamplingRun(Name, data, cancellation);
        SmoteFamily.RequireMixed(data, Name);
        var space = work.Space(Options.Standardize, cancellation);
        var writer = new SegmentWriter(data, Options);
        var made = new List<MadeRows>();
        foreach (var growth in Options.Target.Growth(data, work.Counts))
        {
            work.RequireNeighbours(growth.ClassIndex, Options.Neighbors);
            var rows = data.RowsOf(growth.ClassIndex);
            var (points, median) = space.PricedPoints(rows);
            if (median == 0)
                work.Warnings.Add($"Numeric columns do not vary within class '{data.ClassNames[growth.ClassIndex]}': a differing category counts 1 in its distances.");
            var near = NearestNeighbours.Within(points, Options.Neighbors, cancellation: cancellation);
            var draws = SyntheticDraws.Of(growth, rows.Length, Options.Neighbors, RandomStream.For(Options.Seed, "smote", growth.ClassIndex));
            var votes = Votes(points, near, draws.Bases, RandomStream.For(Options.Seed, "smote-nc ties", growth.ClassIndex));
            var bases = Array.ConvertAll(draws.Bases, b => rows[b]);
            var neighbours = new int[bases.Length];
            for (var i = 0; i < bases.Length; i++)
                neighbours[i] = rows[near.Of(draws.Bases[i])[draws.Picks[i]]];
            var categorical = space.CategoricalColumns;
            made.Add(new MadeRows(growth.ClassIndex, bases, neighbours, draws.Steps, (i, destination) =>
            {
                writer.Write(bases[i], neighbours[i], draws.Steps[i], destination);
                for (var c = 0; c < categorical.Length; c++)
                    destination[categorical[c]] = votes[i * categorical.Length + c];
            }));
        }
        return work.Extended(made, cancellation);
    }

    /// <summary>The categories among which the k neighbours of a base tie for most votes, one list a categorical column.</summary>
    /// <param name="points">The class's rows.</param>
    /// <param name="neighbours">The base's neighbours.</param>
    public static int[][] Winners(PointSet points, ReadOnlySpan<int> neighbours)
    {
        ArgumentNullException.ThrowIfNull(points);
        var winners = new int[points.CodeWidth][];
        var ballot = new int[neighbours.Length];
        for (var c = 0; c < winners.Length; c++)
        {
            for (var v = 0; v < ballot.Length; v++)
                ballot[v] = points.Codes(neighbours[v])[c];
            winners[c] = SmoteCore.MostFrequent(ballot);
        }
        return winners;
    }

    private static int[] Votes(PointSet points, NeighbourTable near, int[] bases, RandomStream ties)
    {
        var winners = new int[points.Count][][];
        var votes = new int[bases.Length * points.CodeWidth];
        for (var i = 0; i < bases.Length; i++)
        {
            var tied = winners[bases[i]] ??= Winners(points, near.Of(bases[i]));
            for (var c = 0; c < tied.Length; c++)
                votes[i * tied.Length + c] = tied[c][tied[c].Length == 1 ? 0 : ties.Next(tied[c].Length)];
        }
        return votes;
    }
}
