using Ballast.Core;
using Ballast.Data.Splitting;
using FsCheck.Xunit;

namespace Ballast.Tests.Data.Splitting;

public sealed class PartitionTests
{
    private static readonly double[] Shares = [0.7, 0.2, 0.1];

    [Property(MaxTest = 100)]
    public void Every_class_is_shared_out_within_one_row_and_known_to_training(int seed, byte size)
    {
        var random = RandomStream.For(seed, "labels");
        var labels = Enumerable.Range(0, 5 + size).Select(_ => random.Next(7) switch { < 4 => 0, < 6 => 1, _ => 2 }).ToArray();

        var parts = Partition.Stratified(labels, 4, Shares, seed);

        for (var k = 0; k < 3; k++)
        {
            var rows = labels.Count(label => label == k);
            for (var p = 0; p < 3; p++)
                Assert.True(Math.Abs(Rows(parts, labels, p, k) - Shares[p] * rows) < 1 + 1e-9);
            Assert.True(rows == 0 || Rows(parts, labels, 0, k) > 0);
        }
        for (var p = 0; p < 3; p++)
            Assert.True(Math.Abs(parts.Count(part => part == p) - Shares[p] * labels.Length) < 2);
    }

    [Fact]
    public void Many_small_classes_do_not_add_up_to_a_lopsided_split()
    {
        var labels = Enumerable.Range(0, 400).Select(i => i / 4).ToArray();

        var parts = Partition.Stratified(labels, 100, Shares, seed: 1);

        Assert.Equal([280, 80, 40], Enumerable.Range(0, 3).Select(p => parts.Count(part => part == p)));
    }

    [Fact]
    public void Groups_go_largest_first_to_the_part_that_lacks_their_class_most()
    {
        // Class 0: groups of 4, 3, 2, 1 rows; half each. 4 to part 0 (deficit 5, 5: the earlier); 3 to part 1 (1 against 5); 2 to part 1 (1 against 2); 1 to part 0.
        int[] groups = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3];

        var parts = Partition.StratifiedByGroup(new int[10], 1, groups, [0.5, 0.5]);

        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 1, 0], parts);
    }

    [Property(MaxTest = 50)]
    public void Groups_are_never_torn_apart(int seed)
    {
        var random = RandomStream.For(seed, "groups");
        var groups = Enumerable.Range(0, 300).Select(_ => random.Next(60) - 1).ToArray();
        var labels = Array.ConvertAll(groups, group => group < 0 ? 0 : group % 3);

        var parts = Partition.StratifiedByGroup(labels, 3, groups, Shares, seed);

        Assert.All(Enumerable.Range(0, 300).Where(i => groups[i] >= 0).GroupBy(i => groups[i]), group => Assert.Single(group.Select(i => parts[i]).Distinct()));
        for (var k = 0; k < 3; k++)
            Assert.InRange(Rows(parts, labels, 0, k) / (double)labels.Count(label => label == k), 0.6, 0.8);
    }

    [Fact]
    public void A_part_without_a_share_stays_empty()
    {
        Assert.DoesNotContain(1, Partition.Stratified(new int[9], 1, [0.5, 0, 0.5]));
        Assert.DoesNotContain(1, Partition.StratifiedByGroup(new int[9], 1, [0, 0, 1, 1, 2, 3, 4, 5, 5], [0.5, 0, 0.5]));
    }

    [Fact]
    public void The_same_seed_gives_the_same_split_and_another_another()
    {
        var labels = Enumerable.Range(0, 100).Select(i => i % 3).ToArray();
        var groups = Enumerable.Range(0, 100).Select(i => i / 3).ToArray();

        Assert.Equal(Partition.Stratified(labels, 3, Shares, 4), Partition.Stratified(labels, 3, Shares, 4));
        Assert.NotEqual(Partition.Stratified(labels, 3, Shares, 4), Partition.Stratified(labels, 3, Shares, 5));
        Assert.NotEqual(Partition.StratifiedByGroup(labels, 3, groups, Shares, 4), Partition.StratifiedByGroup(labels, 3, groups, Shares, 5));
    }

    [Fact]
    public void Shares_that_are_none_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Partition.Stratified([0], 1, [0.5, 0.4]));
        Assert.Throws<ArgumentException>(() => Partition.Stratified([0], 1, [0, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Partition.Stratified([0], 1, [1.5, -0.5]));
        Assert.Throws<ArgumentException>(() => new SplitFractions(0.5, 0.1, 0.1));
        Assert.Throws<ArgumentException>(() => Partition.StratifiedByGroup([0, 1], 2, [0], Shares));
    }

    [Fact]
    public void A_training_part_without_a_class_is_an_error()
    {
        // Two groups of one class each, but training may have next to nothing.
        var data = new Dataset(new float[4], 4, sampleShape: [1], labels: new[] { 0, 0, 1, 1 }, classNames: ["a", "b"], groups: new[] { 0, 0, 1, 1 }, groupNames: ["p", "q"]);

        Assert.Contains("'a', 'b'", Assert.Throws<ArgumentException>(() => DataSplit.Of(data, new(0.1, 0, 0.9))).Message, StringComparison.Ordinal);
        Assert.Equal(4, DataSplit.Of(data, new(0.9, 0, 0.1)).Train.Count);
    }

    private static int Rows(int[] parts, int[] labels, int part, int label) => Enumerable.Range(0, labels.Length).Count(i => parts[i] == part && labels[i] == label);
}
