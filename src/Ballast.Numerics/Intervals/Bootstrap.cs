using Ballast.Core;

namespace Ballast.Numerics.Intervals;

/// <summary>Computes the statistics of one resample into <paramref name="statistics"/>; NaN marks one that is not defined there.</summary>
/// <param name="random">The stream of this draw.</param>
/// <param name="workspace">Buffers that this thread alone uses; what earlier draws left in them must not matter.</param>
/// <param name="statistics">Receives the values.</param>
public delegate void BootstrapDraw<in TWorkspace>(RandomStream random, TWorkspace workspace, Span<double> statistics);

/// <summary>A statistic of some rows: gets their positions, repeats allowed.</summary>
public delegate double RowStatistic(ReadOnlySpan<int> rows);

/// <summary>Percentile bootstrap (Efron 1979): plain, stratified and paired.</summary>
/// <remarks>Every draw has a random stream of its own, so results do not depend on the number of threads, and the first B draws are a prefix of the first 2B.</remarks>
public static class Bootstrap
{
    /// <summary>Runs a bootstrap whose draws the caller computes, several statistics at a time.</summary>
    /// <param name="statistics">Number of statistics of each draw.</param>
    /// <param name="options">Draws, level, seed, threads.</param>
    /// <param name="what">Purpose of the random streams; different purposes share no numbers.</param>
    /// <param name="newWorkspace">Makes the buffers of a thread.</param>
    /// <param name="draw">Resamples once and computes the statistics.</param>
    /// <param name="cancellation">Stops the work.</param>
    public static BootstrapDraws Run<TWorkspace>(
        int statistics, BootstrapOptions options, string what, Func<TWorkspace> newWorkspace, BootstrapDraw<TWorkspace> draw, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var draws = options.Draws;
        var values = new double[checked(Guard.NotNegative(statistics) * draws)];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxThreads, CancellationToken = cancellation };
        Parallel.For(0, draws, parallel, () => (Workspace: newWorkspace(), Row: new double[statistics]), (b, _, local) =>
        {
            draw(RandomStream.For(options.Seed, what, b), local.Workspace, local.Row);
            for (var s = 0; s < statistics; s++)
                values[s * draws + b] = local.Row[s];
            return local;
        }, _ => { });
        return new BootstrapDraws(values, statistics, options.Level);
    }

    /// <summary>Resamples <paramref name="count"/> rows with replacement.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public static Estimate Plain(int count, RowStatistic statistic, BootstrapOptions? options = null, CancellationToken cancellation = default) =>
        Stratified(new int[Guard.Positive(count)], statistic, options, cancellation);

    /// <summary>Resamples rows with replacement within each stratum, so that every stratum keeps its size.</summary>
    /// <param name="strata">The stratum of each of the n rows.</param>
    /// <param name="statistic">Computed on all rows and on every resample; called from several threads at once.</param>
    /// <param name="options">Draws, level, seed, threads.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    public static Estimate Stratified(ReadOnlySpan<int> strata, RowStatistic statistic, BootstrapOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(statistic);
        if (strata.IsEmpty)
            throw new ArgumentException("A bootstrap needs at least one row.", nameof(strata));
        var members = RowsByStratum(strata);
        var count = strata.Length;
        var draws = Run(1, options ?? BootstrapOptions.Default, "bootstrap rows", () => new int[count], (random, rows, result) =>
        {
            var next = 0;
            foreach (var stratum in members)
                for (var i = 0; i < stratum.Length; i++)
                    rows[next++] = stratum[random.Next(stratum.Length)];
            result[0] = statistic(rows);
        }, cancellation);
        return new Estimate(statistic(Enumerable.Range(0, count).ToArray()), draws[0], count);
    }

    /// <summary>The difference second minus first of two statistics of the same rows, both computed on every resample (stratified).</summary>
    /// <inheritdoc cref="Stratified" path="/exception"/>
    public static Estimate Paired(ReadOnlySpan<int> strata, RowStatistic first, RowStatistic second, BootstrapOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return Stratified(strata, rows => second(rows) - first(rows), options, cancellation);
    }

    /// <summary>The <paramref name="probability"/>-quantile of ascending values by linear interpolation at position p (m-1); NaN of none.</summary>
    public static double Quantile(ReadOnlySpan<double> sorted, double probability)
    {
        if (sorted.IsEmpty)
            return double.NaN;
        var position = Guard.InRange(probability, 0, 1) * (sorted.Length - 1);
        var below = (int)position;
        var above = Math.Min(below + 1, sorted.Length - 1);
        var (low, high) = (sorted[below], sorted[above]);
        // Infinite neighbours (likelihood ratios) must not give inf - inf.
        return low == high || position == below ? low : low + (position - below) * (high - low);
    }

    private static int[][] RowsByStratum(ReadOnlySpan<int> strata)
    {
        var members = new SortedDictionary<int, List<int>>();
        for (var i = 0; i < strata.Length; i++)
        {
            if (!members.TryGetValue(strata[i], out var rows))
                members.Add(strata[i], rows = []);
            rows.Add(i);
        }
        return [.. members.Values.Select(rows => rows.ToArray())];
    }
}
