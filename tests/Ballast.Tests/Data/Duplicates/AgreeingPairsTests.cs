using Ballast.Core;
using Ballast.Data.Duplicates;

namespace Ballast.Tests.Data.Duplicates;

public sealed class AgreeingPairsTests
{
    private const int Rows = 500;
    private const int Width = 12;

    [Fact]
    public void Copies_with_two_or_three_changed_cells_are_found_and_little_else()
    {
        var cells = Draw(Rows, column => column % 2 == 0 ? 1000 : 9, seed: 1);
        var random = RandomStream.For(1, "changes");
        for (var i = 0; i < 20; i++)
        {
            int[] copy = [.. cells[i]];
            foreach (var c in random.SampleWithoutReplacement(Width, 2 + (i % 2)))
                copy[c] = cells[random.Next(Rows)][c];
            cells.Add(copy);
        }

        var found = Find(cells);

        Assert.True(Enumerable.Range(0, 20).Count(i => found.Contains((i, Rows + i))) >= 19, $"{found.Count} found");
        Assert.True(found.Count(pair => pair.B < Rows) <= 4, $"{found.Count} found");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(12)]
    [InlineData(1000)]
    public void Rows_drawn_independently_make_next_to_none(int values)
    {
        var named = Enumerable.Range(0, 10).Sum(seed => Find(Draw(Rows, _ => values, seed)).Count);

        Assert.True(named <= 10, $"{named} pairs of 10 tables of {Rows} rows");
    }

    // Two of each household share half of what they have, and that is rare.
    [Fact]
    public void Rows_of_one_household_are_no_copies()
    {
        var households = Draw(Rows / 2, _ => 300, seed: 2);
        var own = Draw(Rows, _ => 5, seed: 3);
        List<int[]> cells = [.. own.Select((row, i) => (int[])[.. households[i / 2][..(Width / 2)], .. row[(Width / 2)..]])];

        Assert.True(Find(cells).Count <= 2);
    }

    [Fact]
    public void The_order_of_rows_does_not_matter()
    {
        var cells = Draw(Rows, _ => 30, seed: 4);
        cells.AddRange(cells.Take(10).Select(row => (int[])[row[0] + 1, row[1] + 2, .. row[2..]]).ToArray());
        var order = RandomStream.For(4, "order").Permutation(cells.Count);

        var found = Find(cells);
        var shuffled = Find([.. order.Select(i => cells[i])]);

        Assert.True(found.Count >= 9);
        Assert.Equal(found.Order(), shuffled.Select(pair => (Math.Min(order[pair.A], order[pair.B]), Math.Max(order[pair.A], order[pair.B]))).Order());
    }

    [Fact]
    public void Cancelling_stops_it() =>
        Assert.ThrowsAny<OperationCanceledException>(() => AgreeingPairs.Find(Columns(Draw(Rows, _ => 9, seed: 5)), [.. Enumerable.Range(0, Rows)], new CancellationToken(canceled: true)));

    private static IReadOnlyList<(int A, int B)> Find(List<int[]> cells) => AgreeingPairs.Find(Columns(cells), [.. Enumerable.Range(0, cells.Count)], CancellationToken.None);

    private static int[][] Columns(List<int[]> cells) => [.. Enumerable.Range(0, Width).Select(c => cells.Select(row => row[c]).ToArray())];

    private static List<int[]> Draw(int rows, Func<int, int> values, int seed)
    {
        var random = RandomStream.For(seed, "agreeing rows");
        return [.. Enumerable.Range(0, rows).Select(_ => (int[])[.. Enumerable.Range(0, Width).Select(c => random.Next(values(c)))])];
    }
}
