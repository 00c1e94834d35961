using Ballast.Core;
using Ballast.Evaluation.Calibration;
using Ballast.Learning.LongTail;
using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Training;
using Ballast.Tests.Learning.Training;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.LongTail;

public sealed class HeadMethodTests
{
    private static readonly Dataset Train = TrainingSamples.Blobs(300, 60, 8);
    private static readonly Dataset Held = TrainingSamples.Blobs(1, [40, 40, 40]);

    public static TheoryData<string> Methods => [.. LongTailMethods.Known.Names, "tau-norm:tau=1"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void The_last_layer_changes_and_nothing_before_it(string name)
    {
        using var network = Trained();
        using var features = Inference.Features(network, Held);

        LongTailMethods.Known.Parse(name).Run(network, Train, Held, seed: 3, TestContext.Current.CancellationToken);

        using var after = Inference.Features(network, Held);
        Assert.True(features.equal(after).all().item<bool>());
        using var outputs = Inference.Logits(network, Held);
        Assert.Equal([120, 3], outputs.shape);
        Assert.True(outputs.isfinite().all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Equal_seeds_give_equal_heads(string name)
    {
        float[] Fitted()
        {
            using var network = Trained();
            LongTailMethods.Known.Parse(name).Run(network, Train, Held, seed: 3, TestContext.Current.CancellationToken);
            return TrainingSamples.Weights(network);
        }

        Assert.Equal(Fitted(), Fitted());
    }

    [Theory]
    [InlineData("crt")]
    [InlineData("lws")]
    public void Cancellation_leaves_the_network_as_it_was(string name)
    {
        using var network = Trained();
        var before = TrainingSamples.Weights(network);

        Assert.ThrowsAny<OperationCanceledException>(() => LongTailMethods.Known.Parse(name).Run(network, Train, cancellation: new CancellationToken(true)));

        Assert.Equal(before, TrainingSamples.Weights(network));
    }

    [Fact]
    public void Retraining_lifts_the_rare_class()
    {
        double Rare(Network network)
        {
            var classes = Inference.Classes(network, Held);
            return Held.RowsOf(2).Average(row => classes[row] == 2 ? 1.0 : 0);
        }
        using var network = Trained(epochs: 1);
        var before = Rare(network);

        new ClassifierRetraining(epochs: 20).Run(network, Train);

        Assert.True(Rare(network) > before, $"{before} to {Rare(network)}");
    }

    [Fact]
    public void Learnt_scales_keep_the_directions_of_the_rows()
    {
        using var scope = NewDisposeScope();
        using var network = Trained();
        var before = nn.functional.normalize(network.LinearHead!.weight!.detach().clone());

        new LearnableWeightScaling().Run(network, Train);

        Assert.Null(network.LinearHead!.bias);
        Assert.True((before * nn.functional.normalize(network.LinearHead.weight!)).sum(1).allclose(ones(3), 1e-5, 1e-5));
    }

    [Fact]
    public void The_adjusted_head_decides_as_the_adjusted_probabilities()
    {
        using var network = Trained();
        var adjustment = PostHocLogitAdjustment.OfCounts(Train.ClassCounts());
        var probabilities = Inference.Probabilities(network, Held);

        new PostHocAdjustedHead().Run(network, Train);

        Assert.Equal(adjustment.Rule.Decide(probabilities), Inference.Classes(network, Held));
        Assert.Equal(adjustment.Map.Apply(probabilities).PredictedClasses(), Inference.Classes(network, Held));
        var (expected, actual) = (adjustment.Map.Apply(probabilities).Values.ToArray(), Inference.Probabilities(network, Held).Values.ToArray());
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Class_means_are_directions_and_ties_go_to_the_lower_class()
    {
        using var scope = NewDisposeScope();
        var features = tensor(new float[] { 3, 0, 0, 5, 1, 0, 0, 2 }, [4, 2]);

        var means = NearestClassMean.Means(features, tensor(new[] { 0L, 1, 0, 1 }), 2);

        Assert.Equal([1f, 0, 0, 1], means.data<float>().ToArray());
        var half = new HeadTraining(new Dataset(new float[] { 3, 0, 0, 5 }, 2, sampleShape: [2], labels: new[] { 0, 1 }, classNames: ["a", "b"]), null, null, 0);
        using var head = new NearestClassMean().Fit(half, TestContext.Current.CancellationToken).Head!;
        Assert.Equal(0, head.call(ones(1, 2)).argmax(1).item<long>());
        Assert.Throws<ArgumentException>(() => NearestClassMean.Means(features, tensor(new[] { 0L, 0, 0, 0 }), 2));
    }

    [Fact]
    public void Normalised_rows_have_length_one_at_tau_one_and_a_row_of_zeros_stays()
    {
        using var scope = NewDisposeScope();
        var rows = tensor(new[] { 3.0, 4, 0, 0, 0.1, 0 }, [3, 2]);

        var normalised = TauNormalizer.Apply(rows, 1);

        Assert.True(normalised.allclose(tensor(new[] { 0.6, 0.8, 0, 0, 1, 0 }, [3, 2])));
        Assert.True(TauNormalizer.Apply(rows, 0).equal(rows).all().item<bool>());
        Assert.Throws<ArgumentOutOfRangeException>(() => TauNormalizer.Apply(rows, -0.1));
    }

    [Fact]
    public void Where_tau_gains_nothing_the_smallest_is_picked_and_said()
    {
        using var scope = NewDisposeScope();
        var fit = TauNormalizer.Fit(tensor(new float[] { 1, 0, 0, 1 }, [2, 2]), tensor(new float[] { 1, 0, 0, 1 }, [2, 2]), [0, 1]);

        Assert.Equal(0, fit.Tau);
        Assert.False(fit.Gained);
        Assert.StartsWith("Nothing was gained", fit.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_frequent_classes_have_longer_rows_a_tau_is_picked_and_gains()
    {
        using var scope = NewDisposeScope();
        var fit = TauNormalizer.Fit(tensor(new float[] { 10, 0, 0, 1 }, [2, 2]), tensor(new float[] { 1, 0, 0.5f, 1 }, [2, 2]), [0, 1]);

        Assert.True(fit.Gained);
        Assert.Equal(1, fit.Accuracies.Max());
    }

    [Fact]
    public void What_a_method_needs_and_does_not_get_is_said()
    {
        using var network = Trained();
        Assert.Throws<ArgumentException>(() => new TauNormalization().Run(network, Train));
        Assert.Throws<ArgumentException>(() => new ClassifierRetraining().Run(network, TrainingSamples.Line(10)));
        network.ReplaceHead(new CosineHead(8, 3, new Initialization(1)));
        Assert.Throws<ArgumentException>(() => new PostHocAdjustedHead().Run(network, Train));
        Assert.Throws<ArgumentException>(() => new LearnableWeightScaling().Run(network, Train));
    }

    [Fact]
    public void Post_hoc_adjustment_checks_its_prior()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PostHocLogitAdjustment([0.5, 0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => PostHocLogitAdjustment.OfCounts([5, 0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PostHocLogitAdjustment([0.5, 0.5], tau: -1));
        Assert.Throws<ArgumentException>(() => PostHocLogitAdjustment.Apply([1, 2, 3], [0.5, 0.5]));
        Assert.Equal([1.0, 2], PostHocLogitAdjustment.Apply([1, 2], [0.9, 0.1], tau: 0));
    }

    private static Mlp Trained(int epochs = 3)
    {
        var network = new Mlp(6, [8], 3, seed: 5);
        new Trainer(new TrainerOptions { Epochs = epochs, BatchSize = 32 }).Train(network, new SupervisedObjective(new CrossEntropyLoss()), Train);
        return network;
    }
}
