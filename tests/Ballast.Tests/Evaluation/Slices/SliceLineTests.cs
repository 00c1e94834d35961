using Ballast.Core;
using Ballast.Evaluation.Slices.Lines;
using FsCheck.Xunit;

namespace Ballast.Tests.Evaluation.Slices;

public sealed class SliceLineTests
{
    /// <summary>Some columns of few values (some missing), with errors of the kind asked for.</summary>
    private static (int[][] Columns, double[] Errors) Table(int seed, Func<RandomStream, double> error, int rows = 90, int columns = 5)
    {
        var random = RandomStream.For(seed, "slice line table");
        var table = Enumerable.Range(0, columns).Select(_ => { var values = 2 + random.Next(4); return Enumerable.Range(0, rows).Select(_ => random.Next(20) == 0 ? -1 : random.Next(values) * 3).ToArray(); }).ToArray();
        return (table, [.. Enumerable.Range(0, rows).Select(_ => error(random))]);
    }

    private static List<ScoredSlice> BruteForce(int[][] columns, double[] errors, SliceLineOptions options)
    {
        var (n, sum) = (errors.Length, errors.Sum());
        var found = new List<ScoredSlice>();
        Walk([], 0, [.. Enumerable.Range(0, n)]);
        return [.. found.OrderByDescending(s => s.Score).ThenBy(s => s.Predicates.Count).ThenBy(s => s.Predicates.ToArray(),
            Comparer<SlicePredicate[]>.Create((a, b) => a.Zip(b, (x, y) => (x.Column, x.Value).CompareTo((y.Column, y.Value))).FirstOrDefault(c => c != 0))).Take(options.TopSlices)];

        void Walk(SlicePredicate[] path, int column, int[] rows)
        {
            if (path.Length > 0 && rows.Length >= options.SupportOf(n))
            {
                var inside = rows.Sum(i => errors[i]);
                var score = options.Alpha * (n * inside / (rows.Length * sum) - 1) - (1 - options.Alpha) * ((double)n / rows.Length - 1);
                if (score > 0)
                    found.Add(new ScoredSlice(path, score, rows.Length, inside));
            }
            for (var j = column; j < columns.Length && path.Length < options.MaximumPredicates; j++)
                foreach (var value in columns[j].Where(v => v >= 0).Distinct().Order())
                    Walk([.. path, new SlicePredicate(j, value)], j + 1, [.. rows.Where(i => columns[j][i] == value)]);
        }
    }

    private static void AssertEqualToBruteForce((int[][] Columns, double[] Errors) table, SliceLineOptions options)
    {
        var expected = BruteForce(table.Columns, table.Errors, options);

        var found = new SliceLine(options).Search(table.Columns, table.Errors).Slices;

        Assert.Equal(expected.Select(s => string.Join(" ", s.Predicates)), found.Select(s => string.Join(" ", s.Predicates)));
        Assert.Equal(expected.Select(s => s.Size), found.Select(s => s.Size));
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 10));
    }

    [Property(MaxTest = 150)]
    public void Right_and_wrong_gives_what_looking_at_all_conjunctions_gives(int seed, byte shape) =>
        AssertEqualToBruteForce(Table(seed, random => random.Next(4) == 0 ? 1 : 0), new SliceLineOptions
        {
            MinimumSupport = 1 + shape % 12,
            TopSlices = 1 + shape % 17,
            MaximumPredicates = 1 + shape % 4,
            Alpha = shape % 3 == 0 ? 0.95 : shape % 3 == 1 ? 0.99 : 0.8,
        });

    [Property(MaxTest = 150)]
    public void Real_losses_give_what_looking_at_all_conjunctions_gives(int seed, byte shape) =>
        AssertEqualToBruteForce(Table(seed, random => random.Next(3) == 0 ? 0 : Math.Exp(random.NextGaussian())), new SliceLineOptions
        {
            MinimumSupport = 1 + shape % 12,
            TopSlices = 1 + shape % 17,
            MaximumPredicates = 1 + shape % 4,
        });

    [Property(MaxTest = 50)]
    public void Whole_losses_with_many_ties_come_in_the_stated_order(int seed, byte shape) =>
        AssertEqualToBruteForce(Table(seed, random => random.Next(3), rows: 64), new SliceLineOptions { MinimumSupport = 4, TopSlices = 1 + shape % 9 });

    [Fact]
    public void No_errors_or_no_columns_give_nothing()
    {
        var (columns, errors) = Table(1, _ => 0);

        Assert.Empty(new SliceLine().Search(columns, errors).Slices);
        Assert.Empty(new SliceLine().Search([], new double[40]).Slices);
        Assert.Empty(new SliceLine().Search([], [1, 0, 1]).Slices);
    }

    [Fact]
    public void A_constant_column_adds_nothing_to_a_slice()
    {
        int[] split = [.. Enumerable.Range(0, 400).Select(i => i % 4)];
        double[] errors = [.. Enumerable.Range(0, 400).Select(i => i % 4 == 0 ? 1.0 : 0)];

        var found = new SliceLine().Search([new int[400], split], errors).Slices;

        Assert.Equal([new SlicePredicate(1, 0)], found[0].Predicates);
        Assert.Equal(100, found[0].Size);
        Assert.Equal([new SlicePredicate(0, 0), new SlicePredicate(1, 0)], found[1].Predicates);
    }

    [Fact]
    public void A_level_with_too_many_slices_is_left_out_and_said_to_be()
    {
        var (columns, errors) = Table(3, random => random.Next(3) == 0 ? 1 : 0);

        var result = new SliceLine(new SliceLineOptions { MinimumSupport = 5, MaximumCandidates = 3 }).Search(columns, errors);

        Assert.True(result.StoppedBySize);
        Assert.Equal(1, result.Levels);
        Assert.All(result.Slices, slice => Assert.Single(slice.Predicates));
    }

    [Fact]
    public void Lengths_and_errors_are_checked()
    {
        Assert.Throws<ArgumentException>(() => new SliceLine().Search([new int[3]], new double[4]));
        Assert.Throws<ArgumentException>(() => new SliceLine().Search([new int[2]], [1, -1]));
        Assert.Throws<ArgumentException>(() => new SliceLine().Search([new int[2]], [1, double.NaN]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SliceLineOptions { Alpha = 0 });
    }

    [Fact]
    public void Cancelling_stops_the_search()
    {
        var (columns, errors) = Table(4, random => random.Next(3));

        Assert.ThrowsAny<OperationCanceledException>(() => new SliceLine().Search(columns, errors, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Sizes_that_fill_words_and_those_that_do_not_are_counted_alike()
    {
        foreach (var rows in (int[])[63, 64, 65, 128, 191])
            AssertEqualToBruteForce(Table(rows, random => random.Next(2), rows, columns: 3), new SliceLineOptions { MinimumSupport = 2, TopSlices = 40 });
    }
}
