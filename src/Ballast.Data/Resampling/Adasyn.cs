using Ballast.Core;
using Ballast.Numerics.Neighbors;

namespace Ballast.Data.Resampling;

/// <summary>ADASYN: like SMOTE, but a row gets the more new neighbours the more foreign rows surround it. Numeric columns.</summary>
/// <remarks>
/// Source: He, Bai, Garcia and Li, IJCNN 2008. For each row i of the class being grown, with Delta_i the number of its K nearest neighbours among ALL rows that are of
/// other classes: r_i = Delta_i / K; rhat_i = r_i / sum_j r_j; g_i = rhat_i G new rows, G the rows that the target asks for (the paper's G = (n_maj - n_min) beta).
/// A new row is x_i + u (x_z - x_i), x_z one of the K nearest rows of the same class, u uniform in [0, 1). The paper leaves the rounding of g_i open: here floors,
/// and the rows still missing go to the largest remainders (ties to the lower row), so that the target is met exactly. When every r_i is 0 the class lies apart from
/// the others: it stays as it is and the result says so. Time O(n_c n d) a class.
/// </remarks>
public sealed class Adasyn(SmoteOptions? options = null) : IResampler
{
    /// <summary>The options; <see cref="SmoteOptions.Neighbors"/> is K.</summary>
    public SmoteOptions Options { get; } = options ?? new SmoteOptions();

    /// <inheritdoc/>
    public string Name => "ADASYN";

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Also when there are categorical columns.</exception>
    public ResampleResult Resample(Dataset data, CancellationToken cancellation = default)
    {
        var work = new ResamplingRun(Name, data, cancellation);
        SmoteFamily.RequireNumeric(data, Name);
        var points = work.Space(Options.Standardize, cancellation).AllPoints();
        var writer = new SegmentWriter(data, Options);
        var made = new List<MadeRows>();
        foreach (var growth in Options.Target.Growth(data, work.Counts))
        {
            work.RequireNeighbours(growth.ClassIndex, Options.Neighbors);
            var groups = BorderlineGroups.Of(points, data.Labels.Span, growth.ClassIndex, Options.Neighbors, cancellation);
            var shares = Apportion(groups.OtherClassNeighbours, growth.NewRows);
            if (shares is null)
            {
                work.Warnings.Add($"Class '{data.ClassNames[growth.ClassIndex]}' stays as it is: no row of another class is near any of its rows.");
                continue;
            }
            made.Add(Make(growth, groups.Rows, shares, points, writer, cancellation));
        }
        return work.Extended(made, cancellation);
    }

    /// <summary>g_i: <paramref name="total"/> shared out in proportion to Delta_i, floors first, then the largest remainders; null when every Delta_i is 0.</summary>
    public static int[]? Apportion(ReadOnlySpan<int> foreignNeighbours, int total)
    {
        var sum = 0L;
        foreach (var delta in foreignNeighbours)
            sum += delta;
        if (sum == 0)
            return null;
        var shares = new int[foreignNeighbours.Length];
        var remainders = new long[shares.Length];
        var left = total;
        for (var i = 0; i < shares.Length; i++)
        {
            var (quotient, remainder) = Math.DivRem((long)total * foreignNeighbours[i], sum);
            (shares[i], remainders[i]) = ((int)quotient, remainder);
            left -= shares[i];
        }
        foreach (var i in Enumerable.Range(0, shares.Length).OrderByDescending(i => remainders[i]).Take(left))
            shares[i]++;
        return shares;
    }

    private MadeRows Make(ClassGrowth growth, int[] rows, int[] shares, PointSet points, SegmentWriter writer, CancellationToken cancellation)
    {
        var near = NearestNeighbours.Within(points, rows, Options.Neighbors, cancellation: cancellation);
        var random = RandomStream.For(Options.Seed, "adasyn", growth.ClassIndex);
        var (bases, neighbours, steps) = (new int[growth.NewRows], new int[growth.NewRows], new double[growth.NewRows]);
        var next = 0;
        for (var place = 0; place < rows.Length; place++)
            for (var copy = 0; copy < shares[place]; copy++, next++)
            {
                bases[next] = rows[place];
                neighbours[next] = rows[near.Of(place)[random.Next(Options.Neighbors)]];
                steps[next] = random.NextDouble();
            }
        return new MadeRows(growth.ClassIndex, bases, neighbours, steps, (i, destination) => writer.Write(bases[i], neighbours[i], steps[i], destination));
    }
}
