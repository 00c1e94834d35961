using System.Globalization;
using Ballast.Core;

namespace Ballast.Data.Resampling;

/// <summary>How many rows each class shall have after resampling.</summary>
public abstract record ResamplingTarget
{
    private ResamplingTarget()
    {
    }

    /// <summary>Over-sampling: every class up to the largest. Under-sampling: every class down to the smallest. Classes without rows stay empty.</summary>
    public static ResamplingTarget Balance { get; } = new BalanceTarget();

    /// <summary>Two classes: minority / majority after resampling; floor(ratio * majority) minority rows, or floor(minority / ratio) majority rows.</summary>
    /// <param name="ratio">In (0, 1] as a rule; greater than 0.</param>
    /// <param name="minority">The class to be favoured; null: the one with fewest rows, ties to the lower index.</param>
    public static ResamplingTarget Ratio(double ratio, int? minority = null) => new RatioTarget(FinitePositive(ratio), minority);

    /// <summary>A number of rows for each class named; others stay as they are.</summary>
    /// <param name="rowsPerClass">Class index to rows wanted.</param>
    public static ResamplingTarget Counts(IReadOnlyDictionary<int, int> rowsPerClass)
    {
        ArgumentNullException.ThrowIfNull(rowsPerClass);
        foreach (var (classIndex, rows) in rowsPerClass)
            Guard.NotNegative(rows, $"rows of class {classIndex}");
        return new CountsTarget(new SortedDictionary<int, int>(rowsPerClass.ToDictionary()));
    }

    /// <summary>A number of rows for every class 0..K-1.</summary>
    /// <param name="rowsPerClass">K numbers of rows wanted.</param>
    public static ResamplingTarget Counts(IReadOnlyList<int> rowsPerClass)
    {
        ArgumentNullException.ThrowIfNull(rowsPerClass);
        return Counts(Enumerable.Range(0, rowsPerClass.Count).ToDictionary(c => c, c => rowsPerClass[c]));
    }

    /// <summary>
    /// The percentages of Chawla et al. (2002). Over-sampling by N: N at least 100 makes floor(N/100) new rows from each minority row, N below 100 one new row from each of
    /// floor(n_min N/100) minority rows drawn without replacement. Under-sampling at u: floor(100 n_min / u) rows of every other class are kept.
    /// </summary>
    /// <param name="percent">Greater than 0.</param>
    /// <param name="minority">The class to be favoured; null: the one with fewest rows, ties to the lower index.</param>
    public static ResamplingTarget Percentage(double percent, int? minority = null) => new PercentageTarget(FinitePositive(percent), minority);

    /// <summary>The class with fewest rows among those that have any, ties to the lower index.</summary>
    /// <exception cref="ArgumentException">No class has rows.</exception>
    public static int MinorityOf(ReadOnlySpan<int> classCounts)
    {
        var minority = -1;
        for (var c = 0; c < classCounts.Length; c++)
            if (classCounts[c] > 0 && (minority < 0 || classCounts[c] < classCounts[minority]))
                minority = c;
        return minority >= 0 ? minority : throw new ArgumentException("No class has rows.", nameof(classCounts));
    }

    /// <summary>New rows for each class that grows, ascending.</summary>
    internal abstract IReadOnlyList<ClassGrowth> Growth(Dataset data, int[] counts);

    /// <summary>Rows to keep of each class; <paramref name="counts"/>[c] where the class stays whole.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="counts">Rows of each class.</param>
    /// <param name="reference">Rows that each class counts as having, for percentages.</param>
    internal abstract int[] Kept(Dataset data, int[] counts, int[] reference);

    private static double FinitePositive(double value) =>
        double.IsFinite(value) && value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The amount must be finite and greater than 0.");

    private static int NamedOrSmallest(int? minority, Dataset data, int[] counts)
    {
        var named = minority ?? MinorityOf(counts);
        Guard.InRange(named, 0, counts.Length - 1, nameof(minority));
        return counts[named] > 0 ? named : throw new ArgumentException($"Class '{data.ClassNames[named]}' has no rows.", nameof(minority));
    }

    private static ClassGrowth GrowTo(Dataset data, int[] counts, int classIndex, long wanted)
    {
        if (wanted < counts[classIndex])
            throw new ArgumentException(
                $"Class '{data.ClassNames[classIndex]}' has {counts[classIndex]} rows, but the target asks for {wanted}: over-sampling cannot remove rows.");
        return new ClassGrowth(classIndex, checked((int)(wanted - counts[classIndex])), null);
    }

    private sealed record BalanceTarget : ResamplingTarget
    {
        internal override IReadOnlyList<ClassGrowth> Growth(Dataset data, int[] counts) =>
            [.. Enumerable.Range(0, counts.Length).Where(c => counts[c] > 0 && counts[c] < counts.Max()).Select(c => GrowTo(data, counts, c, counts.Max()))];

        internal override int[] Kept(Dataset data, int[] counts, int[] reference)
        {
            var smallest = counts.Where(count => count > 0).Min();
            return [.. counts.Select(count => Math.Min(count, smallest))];
        }

        public override string ToString() => "balance";
    }

    private sealed record RatioTarget(double Value, int? Named) : ResamplingTarget
    {
        internal override IReadOnlyList<ClassGrowth> Growth(Dataset data, int[] counts)
        {
            var (minority, majority) = Pair(data, counts);
            var growth = GrowTo(data, counts, minority, (long)Math.Floor(Value * counts[majority]));
            return growth.NewRows == 0 ? [] : [growth];
        }

        internal override int[] Kept(Dataset data, int[] counts, int[] reference)
        {
            var (minority, majority) = Pair(data, counts);
            var kept = (int[])counts.Clone();
            kept[majority] = (int)Math.Min(counts[majority], Math.Floor(counts[minority] / Value));
            return kept;
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"ratio {Value}");

        private (int Minority, int Majority) Pair(Dataset data, int[] counts)
        {
            var present = Enumerable.Range(0, counts.Length).Where(c => counts[c] > 0).ToArray();
            if (present.Length != 2)
                throw new ArgumentException($"A ratio needs two classes, but {present.Length} have rows; give counts instead.");
            var minority = NamedOrSmallest(Named, data, counts);
            return (minority, present[0] == minority ? present[1] : present[0]);
        }
    }

    private sealed record CountsTarget(SortedDictionary<int, int> Rows) : ResamplingTarget
    {
        internal override IReadOnlyList<ClassGrowth> Growth(Dataset data, int[] counts)
        {
            CheckClasses(counts);
            return [.. Rows.Select(pair => GrowTo(data, counts, pair.Key, pair.Value)).Where(growth => growth.NewRows > 0)];
        }

        internal override int[] Kept(Dataset data, int[] counts, int[] reference)
        {
            CheckClasses(counts);
            var kept = (int[])counts.Clone();
            foreach (var (classIndex, wanted) in Rows)
                kept[classIndex] = wanted <= counts[classIndex]
                    ? wanted
                    : throw new ArgumentException(
                        $"Class '{data.ClassNames[classIndex]}' has {counts[classIndex]} rows, but the target asks for {wanted}: under-sampling cannot add rows.");
            return kept;
        }

        public override string ToString() => "counts " + string.Join(", ", Rows.Select(pair => $"{pair.Key}: {pair.Value}"));

        private void CheckClasses(int[] counts)
        {
            foreach (var classIndex in Rows.Keys)
                if (classIndex < 0 || classIndex >= counts.Length)
                    throw new ArgumentException($"The target names class {classIndex}, but classes are 0..{counts.Length - 1}.");
        }
    }

    private sealed record PercentageTarget(double Percent, int? Named) : ResamplingTarget
    {
        internal override IReadOnlyList<ClassGrowth> Growth(Dataset data, int[] counts)
        {
            var minority = NamedOrSmallest(Named, data, counts);
            var growth = new ClassGrowth(minority, 0, Percent);
            return [growth with { NewRows = growth.RowsFromEach(counts[minority]) }];
        }

        internal override int[] Kept(Dataset data, int[] counts, int[] reference)
        {
            var minority = NamedOrSmallest(Named, data, reference);
            var wanted = (int)Math.Min(int.MaxValue, Math.Floor(reference[minority] * 100.0 / Percent));
            return [.. counts.Select((count, c) => c == minority ? count : Math.Min(count, wanted))];
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Percent}%");
    }
}

/// <summary>How one class grows.</summary>
/// <param name="ClassIndex">The class.</param>
/// <param name="NewRows">Rows to make, when every row of the class may be a base.</param>
/// <param name="Percent">The paper's percentage N; null: bases are drawn uniformly.</param>
internal sealed record ClassGrowth(int ClassIndex, int NewRows, double? Percent)
{
    /// <summary>Rows that the percentage makes from <paramref name="bases"/> base rows.</summary>
    public int RowsFromEach(int bases) =>
        Percent >= 100 ? checked((int)Math.Floor(Percent.Value / 100) * bases) : (int)Math.Floor(bases * Percent!.Value / 100);
}
