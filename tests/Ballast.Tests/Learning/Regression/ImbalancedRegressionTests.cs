using Ballast.Core;
using Ballast.Evaluation.Metrics;
using Ballast.Learning.Regression;
using FsCheck.Xunit;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Regression;

public sealed class ImbalancedRegressionTests
{
    [Property(MaxTest = 30)]
    public void Label_weights_have_mean_one_and_do_not_depend_on_the_order(int seed)
    {
        var random = RandomStream.For(seed, "labels");
        var labels = Enumerable.Range(0, 100).Select(_ => 20 + 5 * random.NextGaussian()).ToArray();
        var order = random.Permutation(100);

        var weights = LabelDistributionSmoothing.Weights(labels);
        var permuted = LabelDistributionSmoothing.Weights([.. order.Select(i => labels[i])]);

        Assert.Equal(1, weights.Average(), 1e-12);
        for (var i = 0; i < 100; i++)
            Assert.Equal(weights[order[i]], permuted[i], 1e-9);
    }

    [Fact]
    public void Rare_neighbourhoods_weigh_more()
    {
        double[] labels = [.. Enumerable.Repeat(10.0, 50), 12, 40];

        var weights = LabelDistributionSmoothing.Weights(labels);

        Assert.True(weights[0] < weights[50] && weights[50] < weights[51]);
    }

    [Fact]
    public void Bins_may_be_narrow_and_labels_negative()
    {
        var options = new LdsOptions { Bins = LabelBins.Covering([-0.35, 0.8], 0.1) };

        var weights = LabelDistributionSmoothing.Weights([-0.35, -0.35, 0.8], options);

        Assert.Equal(13, options.Bins.Count);
        Assert.True(weights[2] > weights[0]);
    }

    [Fact]
    public void Weights_multiply_those_the_dataset_had()
    {
        var data = new Dataset(new float[3], 3, sampleShape: [1], targets: new double[] { 1, 1, 5 }, weights: new float[] { 2, 1, 1 });

        var weighted = LabelDistributionSmoothing.Apply(data);

        Assert.Equal(2 * weighted.Weights.Span[1], weighted.Weights.Span[0], 1e-6f);
        Assert.Throws<ArgumentException>(() => LabelDistributionSmoothing.Apply(new Dataset(new float[1], 1, sampleShape: [1])));
    }

    [Fact]
    public void Kernels_of_even_size_and_bad_labels_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new SmoothingKernel(size: 4));
        Assert.Throws<ArgumentException>(() => new SmoothingKernel(size: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SmoothingKernel(sigma: 0));
        Assert.Throws<ArgumentException>(() => LabelDistributionSmoothing.Weights([1, double.NaN]));
        Assert.Throws<ArgumentException>(() => LabelDistributionSmoothing.Weights([]));
    }

    [Theory]
    [InlineData(KernelShape.Gaussian)]
    [InlineData(KernelShape.Triangular)]
    [InlineData(KernelShape.Laplace)]
    public void Kernels_are_symmetric_with_one_in_the_middle(KernelShape shape)
    {
        var kernel = new SmoothingKernel(shape, 7, 1.5);

        Assert.Equal(1, kernel.Values[3]);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(kernel.Values[i], kernel.Values[6 - i], 1e-12);
            Assert.True(kernel.Values[i] < kernel.Values[i + 1]);
        }
    }

    [Fact]
    public void Bins_never_seen_and_features_without_spread_pass_unchanged()
    {
        using var scope = NewDisposeScope();
        using var smoothing = new FeatureDistributionSmoothing(2, new FdsOptions(LabelBins.Whole(0, 5)), float64);
        smoothing.UpdateEpoch(tensor(new[] { 1.0, 7, 3, 7, 2, 2, 2, 2 }, [4, 2]), tensor(new[] { 0.0, 0, 2, 2 }));
        var batch = tensor(new[] { 1.0, 7, 5, 5, 2, 2 }, [3, 2]);

        var output = smoothing.Smooth(batch, tensor(new[] { 0.0, 1, 2 }));

        Assert.NotEqual(1.0, output[0, 0].item<double>());
        Assert.Equal(7.0, output[0, 1].item<double>());                                   // no variance in this dimension
        Assert.Equal([5.0, 5, 2, 2], output[TensorIndex.Slice(1)].data<double>().ToArray());
        Assert.True(smoothing.SmoothedMean.isfinite().all().item<bool>());
    }

    [Fact]
    public void Bins_with_equal_statistics_are_not_moved()
    {
        using var scope = NewDisposeScope();
        using var smoothing = new FeatureDistributionSmoothing(1, new FdsOptions(LabelBins.Whole(0, 4)), float64);
        var features = tensor(Enumerable.Range(0, 5).SelectMany(_ => new[] { 1.0, 2, 4 }).ToArray(), [15, 1]);
        smoothing.UpdateEpoch(features, tensor(Enumerable.Range(0, 15).Select(i => (double)(i / 3)).ToArray()));

        var output = smoothing.Smooth(features, tensor(Enumerable.Range(0, 15).Select(i => (double)(i / 3)).ToArray()));

        Assert.True(output.allclose(features, 1e-9, 1e-9));
    }

    [Fact]
    public void Feature_smoothing_checks_its_options_and_inputs()
    {
        Assert.Throws<ArgumentException>(() => new FeatureDistributionSmoothing(2, new FdsOptions(LabelBins.Whole(0, 1))));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FeatureDistributionSmoothing(2, new FdsOptions(LabelBins.Whole(0, 9)) { Momentum = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FeatureDistributionSmoothing(2, new FdsOptions(LabelBins.Whole(0, 9)) { FirstEpoch = 0 }));
        using var scope = NewDisposeScope();
        using var smoothing = new FeatureDistributionSmoothing(2, new FdsOptions(LabelBins.Whole(0, 9)));
        Assert.Throws<ArgumentException>(() => smoothing.Smooth(ones(3, 4), ones(3)));
        Assert.Throws<ArgumentException>(() => smoothing.Smooth(ones(3, 2), ones(2)));
        Assert.Throws<ArgumentException>(() => smoothing.Smooth(ones(1, 2), tensor(new[] { double.NaN })));
    }

    [Fact]
    public void Features_ordered_as_their_labels_have_no_rank_loss()
    {
        using var scope = NewDisposeScope();
        double[] angles = [0.1, 0.3, 0.6, 1.2];
        var features = tensor(angles.SelectMany(a => new[] { Math.Cos(a), Math.Sin(a) }).ToArray(), [4, 2]).requires_grad_();

        var loss = new RankSimLoss().Forward(features, ConRLossTests.Column(angles), ConRLossTests.Column(angles));
        loss.backward();

        Assert.Equal(0, loss.item<double>());
        Assert.Equal(0, features.grad!.abs().sum().item<double>());
    }

    [Fact]
    public void Rank_similarity_takes_one_sample_a_label_and_others_at_other_steps()
    {
        using var scope = NewDisposeScope();
        var (features, labels, predictions, _) = ConRLossTests.Batch(8, 40);
        double At(long step)
        {
            var loss = new RankSimLoss(seed: 3);
            loss.BatchBegun(step);
            return loss.Forward(ConRLossTests.Rows(features), ConRLossTests.Column(labels), ConRLossTests.Column(predictions)).item<double>();
        }

        Assert.Equal(At(5), At(5));
        Assert.True(Enumerable.Range(0, 10).Select(step => At(step)).Distinct().Count() > 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RankSimLoss(0));
    }

    [Fact]
    public void With_many_samples_the_batch_form_approaches_the_binned_one()
    {
        using var scope = NewDisposeScope();
        var labels = Enumerable.Range(0, 4000).Select(i => (double)(i % 10 < 7 ? 0 : i % 10 - 6)).ToArray();
        var targets = ConRLossTests.Column(labels);
        var predictions = targets + 0.3;

        var batch = BalancedMseLoss.Bmc(1, NoiseVariance.Fixed).Forward(predictions, targets).item<double>() - 2 * Math.Log(4000);
        var binned = BalancedMseLoss.Bni([0, 1, 2, 3, 4], [0.7, 0.1, 0.1, 0.1, 0], 1, NoiseVariance.Fixed).Forward(predictions, targets).item<double>();

        Assert.Equal(binned, batch, 1e-6);
    }

    [Fact]
    public void The_noise_is_trained_where_asked_and_only_there()
    {
        using var scope = NewDisposeScope();
        var (learned, held) = (BalancedMseLoss.Bmc(4), BalancedMseLoss.Bmc(4, NoiseVariance.Fixed));
        var predictions = ConRLossTests.Column([1, 2, 5]);

        learned.Forward(predictions, ConRLossTests.Column([1, 3, 4])).backward();

        Assert.NotEqual(0, learned.NamedParameters.Single().Parameter.grad!.item<double>());
        Assert.Equal(2, learned.NoiseDeviation, 1e-12);
        Assert.Empty(held.NamedParameters);
        Assert.Throws<ArgumentOutOfRangeException>(() => BalancedMseLoss.Bmc(0));
        Assert.Throws<ArgumentException>(() => BalancedMseLoss.Bni([1, 2], [0, 0]));
        Assert.Throws<ArgumentException>(() => BalancedMseLoss.Bni([1, 2], [1]).Forward(ones(2, 2), ones(2, 2)));
    }

    [Fact]
    public void A_mixture_finds_its_parts_and_gains_likelihood()
    {
        var random = RandomStream.For(1, "mixture");
        var values = Enumerable.Range(0, 4000).Select(i => i % 4 == 0 ? 10 + 0.5 * random.NextGaussian() : 2 * random.NextGaussian()).ToArray();

        var mixture = GaussianMixture.Fit(values, 2);

        Assert.Equal([0, 10], mixture.Means.Select(mean => Math.Round(mean, 0)));
        Assert.Equal(0.25, mixture.Weights[1], 0.02);
        Assert.Equal(0.25, mixture.Variances[1], 0.05);
        Assert.Equal(4, mixture.Variances[0], 0.4);
        Assert.Equal(1, GaussianMixture.Fit([3, 3, 3], 8).Weights.Sum(), 1e-12);
        Assert.Throws<ArgumentException>(() => GaussianMixture.Fit([]));
        Assert.Throws<ArgumentException>(() => GaussianMixture.Fit([1, double.NaN]));
    }
}
