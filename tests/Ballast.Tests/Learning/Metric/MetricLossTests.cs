using Ballast.Core;
using Ballast.Learning.Metric;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Optimization;
using Ballast.Learning.Training.Sampling;
using Ballast.Tests.Learning.Training;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Metric;

[Collection(TorchMemory.Name)]
public sealed class MetricLossTests
{
    private const int Rows = 18, Classes = 6, Width = 8;

    private static readonly Dictionary<string, Func<MetricLoss>> Losses = new()
    {
        ["margin"] = () => new ThresholdConsistentMargin(),
        ["contrastive"] = () => new ContrastiveLoss(),
        ["triplet"] = () => new TripletLoss(),
        ["multi-similarity"] = () => new MultiSimilarityLoss(),
        ["proxy-anchor"] = () => new ProxyAnchorLoss(Classes, Width, seed: 1),
        ["cosface"] = () => new CosFaceLoss(Classes, Width, seed: 1),
        ["smooth-ap"] = () => new SmoothApLoss(0.05),
        ["composite"] = () => new CompositeMetricLoss(new ProxyAnchorLoss(Classes, Width, seed: 1), new ThresholdConsistentMargin(), 3),
    };

    public static TheoryData<string> All => [.. Losses.Keys];

    [Theory]
    [MemberData(nameof(All))]
    public void The_order_of_rows_and_their_lengths_do_not_matter(string name)
    {
        using var scope = NewDisposeScope();
        var (embeddings, labels) = Draw(1);
        var order = tensor(Array.ConvertAll(RandomStream.For(2, "order").Permutation(Rows), i => (long)i));
        var lengths = arange(1, Rows + 1, 1, float32).unsqueeze(1);
        var loss = Losses[name]();

        var expected = Value(loss.Forward(embeddings, labels));

        Assert.Equal(expected, Value(loss.Forward(embeddings.index_select(0, order), labels.index_select(0, order))), 1e-4 * (1 + Math.Abs(expected)));
        Assert.Equal(expected, Value(loss.Forward(embeddings * lengths, labels)), 1e-4 * (1 + Math.Abs(expected)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Gradients_are_those_of_finite_differences(string name)
    {
        using var scope = NewDisposeScope();
        var (drawn, labels) = Draw(3);
        var embeddings = drawn.to(float64).requires_grad_();
        var loss = Losses[name]();
        foreach (var (_, parameter) in loss.NamedParameters)
            parameter.requires_grad = false;
        loss.Forward(embeddings, labels).backward();
        var direction = tensor(Enumerable.Range(0, Rows * Width).Select(i => Math.Sin(i + 1)).ToArray()).reshape(Rows, Width);
        const double step = 1e-6;

        var numeric = (Value(loss.Forward(embeddings.detach() + step * direction, labels)) - Value(loss.Forward(embeddings.detach() - step * direction, labels))) / (2 * step);

        var along = Value((embeddings.grad! * direction).sum());
        Assert.Equal(numeric, along, 1e-4 * (1 + Math.Abs(numeric)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_batch_without_positives_or_without_negatives_gives_a_finite_loss_with_a_graph(string name)
    {
        using var scope = NewDisposeScope();
        var (embeddings, _) = Draw(4);
        foreach (var labels in new[] { zeros(Rows, int64), arange(Classes, int64) })
        {
            var part = embeddings.narrow(0, 0, labels.shape[0]).clone().requires_grad_();

            var loss = Losses[name]().Forward(part, labels);
            loss.backward();

            Assert.True(double.IsFinite(Value(loss)));
            Assert.True(part.grad!.isfinite().all().item<bool>());
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void No_tensor_is_left_behind(string name)
    {
        using var scope = NewDisposeScope();
        var (embeddings, labels) = Draw(5);
        embeddings.requires_grad_();
        var loss = Losses[name]();
        void Step()
        {
            using var step = NewDisposeScope();
            loss.Forward(embeddings, labels).backward();
        }

        Step();
        var before = TorchMemory.Settled();
        for (var i = 0; i < 5; i++)
            Step();

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void The_margin_counts_hard_pairs_alone_and_those_at_the_margin()
    {
        using var scope = NewDisposeScope();
        // Two classes of two: positives at cosine 1 and .6, one negative pair at .8 and the others below .5.
        var angles = new[] { 0, 0, Math.Acos(0.8), Math.Acos(0.8) + Math.Acos(0.6) };
        var embeddings = tensor(angles.SelectMany(a => new[] { Math.Cos(a), Math.Sin(a) }).ToArray()).reshape(4, 2).requires_grad_();
        var labels = tensor(new long[] { 0, 0, 1, 1 });

        var loss = new ThresholdConsistentMargin(0.9, 0.5).Forward(embeddings, labels);

        Assert.Equal((0.9 - 0.6) + (0.8 - 0.5), Value(loss), 1e-12);
        Assert.Equal(0.3, Value(new ThresholdConsistentMargin(0.6, 0.5, 1, 1).Forward(embeddings, labels)), 1e-12);
    }

    [Fact]
    public void Without_weight_the_composite_is_its_base()
    {
        using var scope = NewDisposeScope();
        var (embeddings, labels) = Draw(6);

        Assert.Equal(
            Value(new ContrastiveLoss().Forward(embeddings, labels)),
            Value(new CompositeMetricLoss(new ContrastiveLoss(), new ThresholdConsistentMargin(), 0).Forward(embeddings, labels)));
    }

    [Fact]
    public void Bad_input_is_named()
    {
        using var scope = NewDisposeScope();
        var (embeddings, labels) = Draw(7);
        Tensor With(double value)
        {
            var changed = embeddings.clone();
            changed[3] = value;
            return changed;
        }

        Assert.Contains("Embedding 4", Assert.Throws<ArgumentException>(() => new ContrastiveLoss().Forward(With(0), labels)).Message);
        Assert.Contains("Embedding 4", Assert.Throws<ArgumentException>(() => new ContrastiveLoss().Forward(With(double.NaN), labels)).Message);
        Assert.Throws<ArgumentException>(() => new ContrastiveLoss().Forward(embeddings, labels.narrow(0, 0, 5)));
        Assert.Throws<ArgumentException>(() => new ProxyAnchorLoss(Classes, Width + 1, 0).Forward(embeddings, labels));
        Assert.Contains("0..2", Assert.Throws<ArgumentException>(() => new CosFaceLoss(3, Width, 0).Forward(embeddings, labels)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ThresholdConsistentMargin(1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ThresholdConsistentMargin(0.9, -1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ThresholdConsistentMargin(lambdaPlus: -1));
    }

    [Fact]
    public void Batches_hold_the_classes_and_samples_asked_for()
    {
        var data = TrainingSamples.Blobs(40, 20, 12, 3);
        var sampler = new ClassBatchSampler(Classes: 2, Samples: 5, Batches: 30);

        var order = sampler.Draw(data, seed: 1, epoch: 0, epochs: 2);

        Assert.Equal(order, sampler.Draw(data, 1, 0, 2));
        Assert.NotEqual(order, sampler.Draw(data, 1, 1, 2));
        Assert.All(order.Chunk(10), batch =>
        {
            Assert.Equal(10, batch.Distinct().Count());
            Assert.Equal([5, 5], batch.CountBy(row => data.Labels.Span[row]).Select(pair => pair.Value));
        });
        Assert.DoesNotContain(order, row => data.Labels.Span[row] == 3);
        Assert.Throws<ArgumentException>(() => new ClassBatchSampler(4, 5, 1).Draw(data, 0, 0, 1));
    }

    [Fact]
    public void Proxies_move_at_a_rate_of_their_own()
    {
        var data = TrainingSamples.Blobs(40, 20, 12);
        double Moved(double rate)
        {
            using var scope = NewDisposeScope();
            using var network = new Mlp(data.Width, [8], 4, seed: 1);
            var loss = new ProxyAnchorLoss(3, 4, seed: 1);
            var before = loss.Proxies.detach().clone();
            new Trainer(new TrainerOptions { Epochs = 1, BatchSize = 12, Sampler = new ClassBatchSampler(3, 4, 1), Optimizer = new AdamOptions { LearningRate = 1e-3 } })
                .Train(network, new MetricObjective(loss, rate), data);
            return Value((loss.Proxies.detach() - before).abs().max());
        }

        // Adam's first step is the rate itself.
        Assert.Equal(1e-3, Moved(1), 1e-5);
        Assert.Equal(1e-2, Moved(10), 1e-4);
    }

    private static (Tensor Embeddings, Tensor Labels) Draw(int seed)
    {
        var random = RandomStream.For(seed, "metric batch");
        return (tensor(Enumerable.Range(0, Rows * Width).Select(_ => (float)random.NextGaussian()).ToArray()).reshape(Rows, Width), arange(Rows, int64) % Classes);
    }

    private static double Value(Tensor loss) => loss.detach().to(float64).item<double>();
}
