using Ballast.Core;
using Ballast.Learning.Tabular;

namespace Ballast.Tests.Learning.Tabular;

public sealed class FoldsTests
{
    [Theory]
    [InlineData(1000, 5)]
    [InlineData(97, 10)]
    [InlineData(12, 12)]
    public void Every_class_and_every_fold_is_as_even_as_can_be(int count, int folds)
    {
        var random = RandomStream.For(3, "labels");
        var labels = Enumerable.Range(0, count).Select(_ => random.Next(10) switch { < 7 => 0, < 9 => 1, _ => 2 }).ToArray();

        var foldOfRow = Folds.Stratified(labels, 4, folds, seed: 5);

        Assert.InRange(Spread(Enumerable.Range(0, folds).Select(f => foldOfRow.Count(g => g == f))), 0, 1);
        for (var k = 0; k < 3; k++)
            Assert.InRange(Spread(Enumerable.Range(0, folds).Select(f => Rows(foldOfRow, labels, f, k))), 0, 1);
    }

    [Fact]
    public void A_class_of_fewer_rows_than_folds_stays_in_every_training_part()
    {
        var labels = Enumerable.Range(0, 100).Select(i => i < 3 ? 1 : 0).ToArray();

        var foldOfRow = Folds.Stratified(labels, 2, 10);

        Assert.Equal(3, foldOfRow[..3].Distinct().Count());
    }

    [Fact]
    public void Groups_stay_together_while_classes_are_spread()
    {
        var random = RandomStream.For(4, "groups");
        var groups = Enumerable.Range(0, 600).Select(i => i < 400 ? random.Next(150) : -1).ToArray();
        var labels = groups.Select((g, i) => g >= 0 ? g % 10 == 0 ? 1 : 0 : i % 20 == 0 ? 1 : 0).ToArray();

        var foldOfRow = Folds.StratifiedByGroup(labels, 2, groups, 5, seed: 1);

        Assert.All(Enumerable.Range(0, 600).Where(i => groups[i] >= 0).GroupBy(i => groups[i]), group => Assert.Single(group.Select(i => foldOfRow[i]).Distinct()));
        Assert.InRange(Spread(Enumerable.Range(0, 5).Select(f => foldOfRow.Count(g => g == f))), 0, 6);
        Assert.InRange(Spread(Enumerable.Range(0, 5).Select(f => Rows(foldOfRow, labels, f, 1))), 0, 2);
    }

    [Fact]
    public void Seeds_decide_which_rows_meet()
    {
        Assert.Equal(Folds.Plain(50, 5, 1), Folds.Plain(50, 5, 1));
        Assert.NotEqual(Folds.Plain(50, 5, 1), Folds.Plain(50, 5, 2));
        Assert.NotEqual(Folds.ByGroup(Groups(), 5, 1), Folds.ByGroup(Groups(), 5, 2));
        static int[] Groups() => [.. Enumerable.Range(0, 50).Select(i => i / 2)];
    }

    [Fact]
    public void More_folds_than_rows_or_groups_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Folds.Plain(4, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Folds.Plain(4, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Folds.ByGroup([0, 0, 1, 1], 3));
    }

    private static int Rows(int[] foldOfRow, int[] labels, int fold, int label) =>
        Enumerable.Range(0, labels.Length).Count(i => foldOfRow[i] == fold && labels[i] == label);

    private static int Spread(IEnumerable<int> counts) => counts.Max() - counts.Min();
}
