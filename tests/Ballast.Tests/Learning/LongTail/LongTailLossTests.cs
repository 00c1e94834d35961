using Ballast.Learning.LongTail;
using Ballast.Learning.Objectives;
using FsCheck.Xunit;
using static TorchSharp.torch;
using ClassWeights = Ballast.Learning.Tabular.ClassWeights;

namespace Ballast.Tests.Learning.LongTail;

public sealed class LongTailLossTests
{
    private static readonly int[] Counts = [700, 90, 12, 3];

    [Fact]
    public void Balanced_softmax_is_logit_adjustment_at_tau_one() => Same(new BalancedSoftmaxLoss(Counts), new LogitAdjustedLoss(Counts));

    [Fact]
    public void Without_strength_every_loss_is_cross_entropy()
    {
        Same(new CrossEntropyLoss(), new LogitAdjustedLoss(Counts, tau: 0));
        Same(new CrossEntropyLoss(), new FocalLoss(gamma: 0));
        Same(new CrossEntropyLoss(), new LdamLoss(Counts, scale: 1, maxMargin: 0));
        Same(new CrossEntropyLoss(), new WeightedCrossEntropy(ClassWeights.EffectiveNumber(Counts, beta: 0)));
    }

    [Fact]
    public void Equal_counts_make_balanced_softmax_and_weights_cross_entropy()
    {
        Same(new CrossEntropyLoss(), new BalancedSoftmaxLoss([50, 50, 50, 50]));
        Same(new CrossEntropyLoss(), WeightedCrossEntropy.ClassBalanced([50, 50, 50, 50]));
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(1.0)]
    [InlineData(2.0)]
    public void The_focal_gradient_of_a_certain_sample_is_zero(double gamma)
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[] { 2000.0, 0, 0 }, [1, 3]).requires_grad_();                // CE is 0 to the last digit

        new FocalLoss(gamma).Forward(logits, tensor(new[] { 0L })).backward();

        Assert.Equal([0, 0, 0], logits.grad!.data<double>().ToArray());
    }

    [Property(MaxTest = 50)]
    public void Effective_number_weights_sum_to_the_classes_and_fall_with_the_count(ushort a, ushort b, ushort c, byte digits)
    {
        int[] counts = [1 + a, 1 + b, 1 + c];
        var beta = 1 - Math.Pow(10, -(digits % 12));

        var weights = ClassWeights.EffectiveNumber(counts, beta).Values!;

        Assert.Equal(3, weights.Sum(), 1e-9);
        for (var i = 0; i < 3; i++)
            for (var j = 0; j < 3; j++)
                if (counts[i] < counts[j])
                    Assert.True(weights[i] >= weights[j] * (1 - 1e-12));
    }

    [Fact]
    public void Effective_number_runs_from_equal_weights_to_inverse_frequency()
    {
        Assert.Equal([1.0, 1, 1, 1], ClassWeights.EffectiveNumber(Counts, 0).Values);
        var nearOne = ClassWeights.EffectiveNumber(Counts, 1 - 1e-13).Values!;
        Assert.All(nearOne.Zip(ClassWeights.InverseFrequency(Counts).Values!), pair => Assert.Equal(pair.Second, pair.First, 1e-3));
    }

    [Fact]
    public void Class_weights_reach_boosted_trees_through_the_row_weights()
    {
        var data = Training.TrainingSamples.Blobs(6, 2);

        var rows = ClassWeights.InverseFrequency(data.ClassCounts()).RowWeights(data);

        Assert.Equal(rows.Zip(data.Labels.ToArray()).Where(row => row.Second == 0).Sum(row => row.First), rows.Zip(data.Labels.ToArray()).Where(row => row.Second == 1).Sum(row => row.First), 1e-5);
    }

    [Fact]
    public void Deferred_weights_begin_at_four_fifths_of_training_or_where_told()
    {
        var weights = ClassWeights.InverseFrequency(Counts);
        var loss = new DeferredReweighting(new CrossEntropyLoss(), weights);
        bool[] InForce(DeferredReweighting deferred) => [.. Enumerable.Range(0, 10).Select(epoch =>
        {
            deferred.EpochBegun(epoch, 10);
            return deferred.ClassWeights is not null;
        })];

        Assert.Equal(8, Array.IndexOf(InForce(loss), true));
        Assert.Equal(3, Array.IndexOf(InForce(new DeferredReweighting(new CrossEntropyLoss(), weights, startEpoch: 3)), true));
        Assert.Equal(30, loss.StartEpoch(38));
    }

    [Fact]
    public void The_sigmoid_form_is_its_formula()
    {
        using var scope = NewDisposeScope();
        double[] scores = [-3, -0.2, 0, 1.5, 40], ones = [0, 1, 1, 0, 0];
        double Expected(double x, double y)
        {
            var p = 1 / (1 + Math.Exp(-x));
            var (pt, alpha) = y == 1 ? (p, 0.25) : (1 - p, 0.75);
            return -alpha * Math.Pow(1 - pt, 2) * (y == 0 && x > 30 ? -x : Math.Log(pt));
        }

        var entries = new SigmoidFocalLoss().Entries(tensor(scores), tensor(ones)).data<double>().ToArray();

        Assert.All(entries.Index(), entry => Assert.Equal(Expected(scores[entry.Index], ones[entry.Index]), entry.Item, 1e-9));
    }

    [Fact]
    public void The_sigmoid_form_sums_each_class_against_the_rest()
    {
        using var scope = NewDisposeScope();
        var (logits, labels) = EveryLongTailLossTests.Samples(6);
        var targets = nn.functional.one_hot(labels, 4).to(float64);

        var rows = new SigmoidFocalLoss().PerSample(logits, labels);

        Assert.Equal(new SigmoidFocalLoss().Entries(logits, targets).sum().item<double>(), rows.sum().item<double>(), 1e-10);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ClassWeights.EffectiveNumber(Counts, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClassWeights.EffectiveNumber(Counts, -0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ClassWeights.InverseFrequency(Counts, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FocalLoss(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LogitAdjustedLoss(Counts, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LdamLoss(Counts, scale: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LdamLoss(Counts, maxMargin: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SigmoidFocalLoss(alpha: 2));
        Assert.Throws<ArgumentException>(() => new WeightedCrossEntropy(ClassWeights.Balanced));
    }

    private static void Same(ClassificationLoss first, ClassificationLoss second)
    {
        using var scope = NewDisposeScope();
        var (logits, labels) = EveryLongTailLossTests.Samples(30);
        logits.requires_grad_();
        var other = logits.detach().clone().requires_grad_();

        var (a, b) = (first.Forward(logits, labels), second.Forward(other, labels));
        a.backward();
        b.backward();

        Assert.Equal(a.item<double>(), b.item<double>(), 1e-12);
        Assert.True(logits.grad!.allclose(other.grad!, 1e-10, 1e-13));
    }
}
