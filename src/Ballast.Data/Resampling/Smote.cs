using Ballast.Core;
using Ballast.Numerics.Neighbors;

namespace Ballast.Data.Resampling;

/// <summary>SMOTE: grows a class by rows on the segments between its rows and their nearest neighbours of the same class. Numeric columns.</summary>
/// <remarks>
/// Source: Chawla, Bowyer, Hall and Kegelmeyer, JAIR 16 (2002), section 4.2. New row: x_b + u (x_j - x_b), b a row of the class, j one of its k nearest
/// neighbours in the class, u uniform in [0, 1), one u a row. Classes grow one after another, each from the rows given.
/// Time O(n_c^2 d) a class on all cores; memory: the result and one copy of the class.
/// </remarks>
public sealed class Smote(SmoteOptions? options = null) : IResampler
{
    /// <summary>The options.</summary>
    public SmoteOptions Options { get; } = options ?? new SmoteOptions();

    /// <inheritdoc/>
    public string Name => "SMOTE";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Also when there are categorical columns.</exception>
    public ResampleResult Resample(Dataset data, CancellationToken cancellation = default)
    {
        var work = new ResamplingRun(Name, data, cancellation);
        SmoteFamily.RequireNumeric(data, Name);
        var space = work.Space(Options.Standardize, cancellation);
        var writer = new SegmentWriter(data, Options);
        var made = new List<MadeRows>();
        foreach (var growth in Options.Target.Growth(data, work.Counts))
        {
            work.RequireNeighbours(growth.ClassIndex, Options.Neighbors);
            var rows = data.RowsOf(growth.ClassIndex);
            var near = NearestNeighbours.Within(space.Points(rows, 0), Options.Neighbors, cancellation: cancellation);
            var draws = SyntheticDraws.Of(growth, rows.Length, Options.Neighbors, RandomStream.For(Options.Seed, "smote", growth.ClassIndex));
            var bases = Array.ConvertAll(draws.Bases, b => rows[b]);
            var neighbours = new int[bases.Length];
            for (var i = 0; i < bases.Length; i++)
                neighbours[i] = rows[near.Of(draws.Bases[i])[draws.Picks[i]]];
            made.Add(new MadeRows(growth.ClassIndex, bases, neighbours, draws.Steps,
                (i, destination) => writer.Write(bases[i], neighbours[i], draws.Steps[i], destination)));
        }
        return work.Extended(made, cancellation);
    }
}
