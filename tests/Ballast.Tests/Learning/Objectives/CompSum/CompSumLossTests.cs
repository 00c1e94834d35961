using Ballast.Core;
using Ballast.Learning.Objectives.CompSum;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Objectives.CompSum;

public sealed class CompSumLossTests
{
    private static readonly double[] taus = [0, 0.5, 1, 1.5, 1.7, 2, 2.5];

    [Fact]
    public void Tau_1_is_cross_entropy_and_tau_2_the_mean_absolute_error()
    {
        using var scope = NewDisposeScope();
        var (scores, labels) = Draw(7, 4);

        var crossEntropy = new CompSumLoss(1).Forward(scores, labels);
        var absolute = new CompSumLoss(2).Forward(scores, labels);

        Assert.Equal(nn.functional.cross_entropy(scores, labels).item<double>(), crossEntropy.item<double>(), 1e-14);
        Assert.Equal((1 - scores.softmax(1).gather(1, labels.unsqueeze(1))).mean().item<double>(), absolute.item<double>(), 1e-14);
    }

    [Fact]
    public void Weights_multiply_and_the_sum_is_divided_by_the_number_of_rows()
    {
        using var scope = NewDisposeScope();
        var (scores, labels) = Draw(3, 3);
        var weights = tensor(new[] { 2.0, 0, 1 });
        var loss = new CompSumLoss(1.5);
        var each = loss.PerSample(scores, labels).data<double>();

        var actual = loss.Forward(scores, labels, weights).item<double>();

        Assert.Equal((2 * each[0] + each[2]) / 3, actual, 1e-14);
    }

    [Fact]
    public void Below_the_cutoff_the_loss_goes_on_along_its_tangent_in_both_precisions()
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { float32, float64 })
        {
            var loss = new CompSumLoss(0);
            var cutoff = loss.Cutoff(type);
            var scores = tensor(new[] { cutoff - 2, 0, cutoff - 3, 0 }).reshape(2, 2).to(type).requires_grad_();
            var labels = tensor(new long[] { 0, 0 });

            var losses = loss.PerSample(scores, labels);
            losses.sum().backward();

            var (steep, values, gradient) = (Math.Exp(-cutoff), losses.to(float64).data<double>(), scores.grad!.to(float64).data<double>());
            Assert.Equal(2, loss.RowsOnTangent);
            Assert.Equal(1, (values[1] - values[0]) / steep, 1e-4);
            Assert.All([gradient[0], gradient[2]], slope => Assert.Equal(-1, slope / steep, 1e-4));
            Assert.Equal(0, (scores.grad - loss.Gradient(scores, labels)).abs().max().to(float64).item<double>() / steep, 1e-4);
        }
    }

    [Fact]
    public void Rows_on_the_tangent_are_counted_from_the_beginning_of_an_epoch()
    {
        using var scope = NewDisposeScope();
        var loss = new CompSumLoss(0.5);
        var scores = tensor(new float[] { -100, 0, 0, 0 }).reshape(2, 2);
        var labels = tensor(new long[] { 0, 0 });

        loss.PerSample(scores, labels);
        var first = loss.RowsOnTangent;
        loss.EpochBegun(1, 2);

        Assert.Equal(1, first);
        Assert.Equal(0, loss.RowsOnTangent);
    }

    [Property(MaxTest = 60)]
    public Property Losses_are_never_negative_do_not_see_a_shift_and_fall_with_tau() => Prop.ForAll(
        Gen.Choose(0, 1_000_000).ToArbitrary(), seed =>
        {
            using var scope = NewDisposeScope();
            var (scores, labels) = Draw(5, 3, seed);
            var losses = taus.Select(tau => new CompSumLoss(tau).PerSample(scores, labels)).ToArray();
            for (var t = 0; t < taus.Length; t++)
            {
                Assert.True(losses[t].min().item<double>() >= 0);
                Assert.True((new CompSumLoss(taus[t]).PerSample(scores + 3.5, labels) - losses[t]).abs().max().item<double>() <= 1e-9 * (1 + losses[t].max().item<double>()));
                if (t > 0)
                    Assert.True((losses[t] - losses[t - 1]).max().item<double>() <= 1e-12);
            }
        });

    [Fact]
    public void Two_rows_with_half_the_weight_are_one_row()
    {
        using var scope = NewDisposeScope();
        var (scores, labels) = Draw(4, 3);
        var loss = new CompSumLoss(0.5);

        var once = loss.Forward(scores, labels);
        var twice = loss.Forward(scores.repeat(2, 1), labels.repeat(2), full(8, 0.5, float64)) * 2;

        Assert.Equal(once.item<double>(), twice.item<double>(), 1e-12);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_tau_that_is_no_member_of_the_family_is_refused(double tau) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CompSumLoss(tau));

    [Fact]
    public void Scores_of_one_class_and_labels_of_another_length_are_refused()
    {
        using var scope = NewDisposeScope();
        var loss = new CompSumLoss(1);

        Assert.Throws<ArgumentException>(() => loss.PerSample(zeros(2, 1), zeros(2, int64)));
        Assert.Throws<ArgumentException>(() => loss.PerSample(zeros(2, 3), zeros(3, int64)));
    }

    [Fact]
    public void A_label_outside_the_classes_is_refused()
    {
        using var scope = NewDisposeScope();

        Assert.ThrowsAny<Exception>(() => new CompSumLoss(1.5).PerSample(zeros(2, 3), tensor(new long[] { 0, 3 })));
    }

    [Fact]
    public void No_tensor_stays_behind()
    {
        var (scores, labels) = Draw(5, 3);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        foreach (var tau in taus)
        {
            new CompSumLoss(tau).Forward(scores, labels).Dispose();
            new CompSumLoss(tau).Gradient(scores, labels).Dispose();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        scores.Dispose();
        labels.Dispose();
    }

    [Theory]
    [InlineData("1.7", 1.7)]
    [InlineData(" 0 ", 0)]
    [InlineData("gce", 1.7)]
    [InlineData("mae", 2)]
    [InlineData("cross-entropy", 1)]
    [InlineData("sum-exponential", 0)]
    public void Options_are_read_from_text(string text, double tau) => Assert.Equal(tau, CompSumOptions.Parse(text).Create().Tau);

    [Theory]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("1,5")]
    [InlineData("")]
    public void Other_texts_are_refused(string text) => Assert.Throws<ArgumentException>(() => CompSumOptions.Parse(text));

    [Fact]
    public void Gradients_are_to_be_clipped_below_tau_1_alone()
    {
        Assert.Equal(1, new CompSumOptions { Tau = 0.5 }.GradientNorm);
        Assert.Null(new CompSumOptions { Tau = 1 }.GradientNorm);
    }

    private static (Tensor Scores, Tensor Labels) Draw(int rows, int classes, int seed = 0)
    {
        var random = RandomStream.For(seed, "comp-sum tests");
        var scores = Enumerable.Range(0, rows * classes).Select(_ => 3 * random.NextGaussian()).ToArray();
        return (tensor(scores).reshape(rows, classes), tensor(Enumerable.Range(0, rows).Select(_ => (long)random.Next(classes)).ToArray()));
    }
}
