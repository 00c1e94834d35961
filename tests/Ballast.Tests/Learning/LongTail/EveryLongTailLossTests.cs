using Ballast.Core;
using Ballast.Learning.LongTail;
using Ballast.Learning.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.LongTail;

/// <summary>What holds of every loss that a user picks by name.</summary>
public sealed class EveryLongTailLossTests
{
    private static readonly int[] Counts = [700, 90, 12, 3];

    public static TheoryData<string> Losses => [.. LongTailLosses.Known.Names, "focal:gamma=2,beta=0.999", "focal:gamma=0.5", "ldam:scale=30", "ldam-drw:start=0", "logit-adjusted:tau=0.5"];

    [Theory]
    [MemberData(nameof(Losses))]
    public void A_constant_added_to_all_scores_changes_nothing(string name)
    {
        using var scope = NewDisposeScope();
        var (logits, labels) = Samples(40);

        GoldenClose(Value(name, logits, labels), Value(name, logits + 7, labels));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Every_row_twice_is_the_same_loss(string name)
    {
        using var scope = NewDisposeScope();
        var (logits, labels) = Samples(40);

        GoldenClose(Value(name, logits, labels), Value(name, cat([logits, logits]), cat([labels, labels])));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Classes_in_another_order_are_the_same_loss(string name)
    {
        using var scope = NewDisposeScope();
        var (logits, labels) = Samples(40);
        int[] order = [2, 0, 3, 1];                                                  // new class k is old class order[k]
        var place = tensor(Enumerable.Range(0, 4).Select(k => (long)Array.IndexOf(order, k)).ToArray());
        var permuted = logits.index_select(1, tensor(order.Select(k => (long)k).ToArray()));
        int[] counts = [.. order.Select(k => Counts[k])];

        GoldenClose(Value(name, logits, labels), Value(name, permuted, place[labels], counts));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Extreme_scores_give_finite_losses_and_gradients(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { float32, float64 })
            foreach (var size in new[] { 0, 1e3, 1e4 })
            {
                var (drawn, labels) = Samples(20);
                var logits = (drawn * size).to(type).requires_grad_();

                var loss = Make(name, Counts).Forward(logits, labels);
                loss.backward();

                Assert.Equal(type, loss.dtype);
                Assert.True(loss.isfinite().item<bool>(), $"{loss.to(float64).item<double>()}");
                Assert.True(logits.grad!.isfinite().all().item<bool>());
            }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Steps_leave_no_tensor_behind(string name)
    {
        using var scope = NewDisposeScope();
        var loss = Make(name, Counts);
        var (logits, labels) = Samples(20);
        logits.requires_grad_();
        void Step()
        {
            using var step = NewDisposeScope();
            loss.Forward(logits, labels).backward();
        }
        Step();
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        for (var i = 0; i < 5; i++)
            Step();

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Counts_below_one_are_refused(string name)
    {
        if (name is "ce" or "comp-sum" || (name.StartsWith("focal", StringComparison.Ordinal) && !name.Contains("beta", StringComparison.Ordinal)))
            return;   // they do not look at counts
        Assert.Throws<ArgumentOutOfRangeException>(() => LongTailLosses.Known.Parse(name)([5, 0, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => LongTailLosses.Known.Parse(name)([5, -1, 2]));
    }

    [Theory]
    [InlineData("balanced-softmax")]
    [InlineData("cb")]
    [InlineData("focal")]
    [InlineData("ldam")]
    [InlineData("ldam-drw")]
    public void Labels_and_scores_that_do_not_fit_are_refused(string name)
    {
        using var scope = NewDisposeScope();
        var (logits, _) = Samples(3);

        Assert.Throws<ArgumentOutOfRangeException>(() => Make(name, Counts).Forward(logits, tensor(new[] { 0L, 4, 1 })));
        Assert.Throws<ArgumentOutOfRangeException>(() => Make(name, Counts).Forward(logits, tensor(new[] { 0L, -1, 1 })));
        Assert.Throws<ArgumentException>(() => Make(name, Counts).Forward(logits, tensor(new[] { 0L, 1 })));
        Assert.Throws<ArgumentException>(() => Make(name, Counts).Forward(logits[0], tensor(new[] { 0L, 1, 2 })));
    }

    internal static (Tensor Logits, Tensor Labels) Samples(int rows, int seed = 1)
    {
        var random = RandomStream.For(seed, "loss samples");
        var logits = Enumerable.Range(0, rows * 4).Select(_ => 3 * random.NextGaussian()).ToArray();
        var labels = Enumerable.Range(0, rows).Select(_ => (long)random.Next(4)).ToArray();
        return (tensor(logits, [rows, 4]), tensor(labels));
    }

    private static ClassificationLoss Make(string name, int[] counts)
    {
        var loss = LongTailLosses.Known.Parse(name)(counts);
        loss.EpochBegun(9, 10);
        return loss;
    }

    private static double Value(string name, Tensor logits, Tensor labels, int[]? counts = null) => Make(name, counts ?? Counts).Forward(logits, labels).item<double>();

    private static void GoldenClose(double expected, double actual) => Assert.Equal(expected, actual, 1e-10 * (1 + Math.Abs(expected)));
}
