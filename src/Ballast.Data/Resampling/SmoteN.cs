using Ballast.Core;
using Ballast.Numerics.Neighbors;

namespace Ballast.Data.Resampling;

/// <summary>SMOTE-N: grows a class of rows that are categories throughout.</summary>
/// <remarks>
/// Source: Chawla et al., JAIR 16 (2002), section 6.2. Neighbours by <see cref="ValueDifferenceMetric"/> over all rows; each category of a new row is the
/// most frequent among the base row and its k nearest neighbours in the class (k + 1 votes), ties to the lowest code. Time O(n_c^2 d) a class.
/// </remarks>
public sealed class SmoteN(SmoteOptions? options = null) : IResampler
{
    /// <summary>The options; scaling and rounding do not apply.</summary>
    public SmoteOptions Options { get; } = options ?? new SmoteOptions();

    /// <inheritdoc/>
    public string Name => "SMOTE-N";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Also when a column is numeric.</exception>
    public ResampleResult Resample(Dataset data, CancellationToken cancellation = default)
    {
        var work = new ResamplingRun(Name, data, cancellation);
        SmoteFamily.RequireCategorical(data, Name);
        var points = FeatureSpace.Of(data, Standardize.Off, cancellation).Points(null, 1);
        var metric = new ValueDifferenceMetric(points.AllCodes, points.CodeWidth, data.Labels.Span, data.ClassCount);
        var made = new List<MadeRows>();
        foreach (var growth in Options.Target.Growth(data, work.Counts))
        {
            work.RequireNeighbours(growth.ClassIndex, Options.Neighbors);
            var rows = data.RowsOf(growth.ClassIndex);
            var draws = SyntheticDraws.Of(growth, rows.Length, Options.Neighbors, RandomStream.For(Options.Seed, "smote", growth.ClassIndex));
            var drawn = draws.Bases.Distinct().Order().ToArray();
            var own = points.Select(rows);
            var near = NearestNeighbours.By(rows.Length, drawn, Options.Neighbors, (a, b) => metric.Distance(own.Codes(a), own.Codes(b)), cancellation);
            var votes = new int[rows.Length][];
            for (var q = 0; q < drawn.Length; q++)
                votes[drawn[q]] = Votes(own, drawn[q], near.Of(q));
            made.Add(new MadeRows(growth.ClassIndex, Array.ConvertAll(draws.Bases, b => rows[b]), null, null, (i, destination) =>
            {
                for (var f = 0; f < destination.Length; f++)
                    destination[f] = votes[draws.Bases[i]][f];
            }));
        }
        return work.Extended(made, cancellation);
    }

    /// <summary>The majority category of a base row and its neighbours, one a column, ties to the lowest code.</summary>
    /// <param name="points">The class's rows.</param>
    /// <param name="baseRow">The base row.</param>
    /// <param name="neighbours">Its neighbours.</param>
    public static int[] Votes(PointSet points, int baseRow, ReadOnlySpan<int> neighbours)
    {
        ArgumentNullException.ThrowIfNull(points);
        int[] voters = [baseRow, .. neighbours];
        return [.. SmoteNc.Winners(points, voters).Select(winners => winners[0])];
    }
}
