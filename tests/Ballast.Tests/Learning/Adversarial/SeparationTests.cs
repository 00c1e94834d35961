using Ballast.Core;
using Ballast.Learning.Adversarial;
using FsCheck.Xunit;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Adversarial;

/// <summary>The separation loss, the separability of features, and the theory of two Gaussians.</summary>
public sealed class SeparationTests
{
    [Property(MaxTest = 30)]
    public void The_loss_does_not_depend_on_order_or_length_of_features(int seed)
    {
        using var scope = NewDisposeScope();
        var (features, labels) = Batch(seed, 12, 5, 4);
        var order = tensor(RandomStream.For(seed, "order").Permutation(12).Select(i => (long)i).ToArray());
        var loss = new SeparationLoss(0.3, [5, 10, 20, 40]);

        var plain = loss.Forward(features, labels).item<double>();

        Assert.Equal(plain, loss.Forward(features.index_select(0, order), labels.index_select(0, order)).item<double>(), 1e-9);
        Assert.Equal(plain, loss.Forward(features * 7, labels).item<double>(), 1e-9);
        Assert.True(plain >= 0);
    }

    [Fact]
    public void Equal_counts_weigh_all_anchors_alike()
    {
        using var scope = NewDisposeScope();
        var (features, labels) = Batch(1, 15, 4, 3);

        Assert.Equal(new SeparationLoss().Forward(features, labels).item<double>(), new SeparationLoss(0.5, [7, 7, 7]).Forward(features, labels).item<double>(), 1e-12);
    }

    [Fact]
    public void A_sample_alone_in_its_class_is_no_anchor_but_pushes_others()
    {
        using var scope = NewDisposeScope();
        var (features, _) = Batch(2, 5, 4, 2);
        var labels = tensor(new long[] { 0, 0, 0, 0, 1 });
        features.requires_grad_();

        var loss = new SeparationLoss().Forward(features, labels);
        loss.backward();

        Assert.True(double.IsFinite(loss.item<double>()));
        Assert.True(features.grad!.select(0, 4).abs().sum().item<double>() > 0);
    }

    [Fact]
    public void A_batch_without_pairs_costs_nothing_and_has_a_gradient_of_zero()
    {
        foreach (var count in new[] { 1, 3 })
        {
            using var scope = NewDisposeScope();
            var features = Batch(3, count, 4, 2).Features.requires_grad_();

            var loss = new SeparationLoss().Forward(features, arange(count, int64));
            loss.backward();

            Assert.Equal(0, loss.item<double>());
            Assert.Equal(0, features.grad!.abs().sum().item<double>());
        }
    }

    [Fact]
    public void Descent_on_the_loss_pulls_classes_apart()
    {
        using var scope = NewDisposeScope();
        var (features, labels) = Batch(4, 30, 6, 3);
        int[] classes = [.. labels.data<long>().Select(k => (int)k)];
        double Separation(Tensor z) => Separability.Of(nn.functional.normalize(z).to(float32).data<float>().ToArray(), 6, classes);
        var before = Separation(features);
        var loss = new SeparationLoss();
        for (var step = 0; step < 50; step++)
        {
            var leaf = features.detach().requires_grad_();
            loss.Forward(leaf, labels).backward();
            features = leaf.detach() - 2 * leaf.grad!;
        }

        Assert.True(Separation(features) > 2 * before);
    }

    [Fact]
    public void Separability_of_two_clouds_is_their_distance_over_their_spread()
    {
        // Two classes on a line at 0 ± 1 and 10 ± 1, in the second of two coordinates.
        float[] features = [5, -1, 5, 1, 5, 9, 5, 11];

        Assert.Equal(10, Separability.Of(features, 2, [0, 0, 3, 3]), 12);
        Assert.Equal(double.NaN, Separability.Of(features, 2, [0, 0, 0, 0]));
        Assert.Equal(double.PositiveInfinity, Separability.Of([0, 0, 1, 1], 1, [0, 0, 1, 1]));
        Assert.Throws<ArgumentException>(() => Separability.Of(features, 2, [0, 0, 1]));
    }

    [Fact]
    public void Reweighting_costs_more_under_attack_and_less_the_farther_the_classes()
    {
        var (natural, robust) = (new List<double>(), new List<double>());
        foreach (var eta in new[] { 0.05, 0.1, 0.2, 0.4, 0.6 })
        {
            natural.Add(new SeparabilityForecast(eta, 1, 100, 0, 100).ReweightingCost);
            robust.Add(new SeparabilityForecast(eta, 1, 100, eta / 2, 100).ReweightingCost);
        }

        Assert.Equal(natural.OrderDescending(), natural);
        Assert.Equal(robust.OrderDescending(), robust);
        Assert.All(natural.Zip(robust), pair => Assert.True(pair.Second > pair.First));
        var forecast = new SeparabilityForecast(0.1, 1, 100, 0.05, 100);
        Assert.Equal(forecast.At(100).FrequentError, forecast.At(100).RareError, 12);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SeparabilityForecast(0.1, 1, 100, 0.1, 100));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SeparabilityForecast(0.1, 1, 100, 0, 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => forecast.At(0));
    }

    private static (Tensor Features, Tensor Labels) Batch(int seed, int count, int width, int classes)
    {
        var random = RandomStream.For(seed, "separation tests");
        return (tensor(Enumerable.Range(0, count * width).Select(_ => random.NextGaussian()).ToArray()).reshape(count, width),
            tensor(Enumerable.Range(0, count).Select(i => (long)(i % classes)).ToArray()));
    }
}
