using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Learning.Adversarial;
using Ballast.Learning.Networks;
using Ballast.Learning.Networks.Layers;
using Ballast.Robustness.Bounds;
using Ballast.Robustness.Certified;
using Ballast.Tests.Robustness.Bounds;
using FsCheck.Xunit;
using static TorchSharp.torch;

namespace Ballast.Tests.Robustness.Certified;

/// <summary>A certificate is never broken: not by sampling, not by attack; and what the methods say does not depend on how the work is cut up.</summary>
public sealed class CertifierTests : IDisposable
{
    private readonly int threads = get_num_threads();

    public CertifierTests() => set_num_threads(1);

    public void Dispose() => set_num_threads(threads);

    [Property(MaxTest = 25)]
    public void No_point_near_a_certified_sample_is_misclassified(int seed)
    {
        using var scope = NewDisposeScope();
        using var network = BoundedNetwork.From(RandomNetworks.Draw(seed));
        var (data, threat) = (Samples(network, seed, 12), ThreatModel.Pixels(0.02 + 0.1 * RandomStream.For(seed, "radius").NextDouble()));

        foreach (var method in Enum.GetValues<BoundMethod>())
        {
            var report = new Certifier(network, new CertificationOptions { Method = method }).Run(data, threat);

            foreach (var (i, sample) in report.Samples.Index().Where(pair => pair.Item.Outcome == CertificationOutcome.Certified))
                Assert.True(LeastMargin(network, data, i, sample.Label, threat, seed) >= sample.CertifiedMargin, $"{method}, sample {i}");
            Assert.All(report.Samples, sample => Assert.True(sample.Outcome == CertificationOutcome.Misclassified == !(sample.CleanMargin > 0)));
        }
    }

    [Property(MaxTest = 20)]
    public void Dearer_methods_certify_no_less_and_cutting_up_changes_nothing(int seed)
    {
        using var scope = NewDisposeScope();
        using var network = BoundedNetwork.From(RandomNetworks.Perceptron(seed, 6, 10, 2, 3));
        var (data, threat) = (Samples(network, seed, 20), ThreatModel.Pixels(0.05));
        CertificationReport Run(BoundMethod method, int batch = 7, int parallel = 2) =>
            new Certifier(network, new CertificationOptions { Method = method, BatchSize = batch, Threads = parallel }).Run(data, threat);
        var (ibp, half, full) = (Run(BoundMethod.Ibp), Run(BoundMethod.CrownIbp), Run(BoundMethod.Crown));

        Assert.True(ibp.Certified.Value <= half.Certified.Value && half.Certified.Value <= full.Certified.Value && full.Certified.Value <= full.Clean.Value);
        foreach (var (a, b) in full.Samples.Zip(Run(BoundMethod.Crown, batch: 20, parallel: 1).Samples))
        {
            Assert.Equal(a.Outcome, b.Outcome);
            Assert.Equal(a.CertifiedMargin, b.CertifiedMargin, 9);
        }
    }

    [Property(MaxTest = 20)]
    public void At_a_radius_of_zero_every_sample_that_is_right_is_certified(int seed)
    {
        using var network = BoundedNetwork.From(RandomNetworks.Draw(seed));
        var report = new Certifier(network, new CertificationOptions { Method = BoundMethod.CrownIbp }).Run(Samples(network, seed, 10), ThreatModel.Pixels(0));

        Assert.All(report.Samples, sample => Assert.True(sample.Outcome != CertificationOutcome.Unknown || sample.CleanMargin < 1e-9));
    }

    [Fact]
    public void Pixels_are_moved_before_their_normalisation()
    {
        using var network = BoundedNetwork.From(Difference([1f, -1f, -1f, 1f]));
        // Scores of x0 - x1 and its negative, pixels doubled and shifted: a difference of 0.3 is turned by 0.15, on each side, whatever the normalisation.
        var data = new Dataset(new[] { 0.6f, 0.3f }, 1, sampleShape: [2], labels: new[] { 0 }, classNames: ["a", "b"]);
        InputNormalization[] twice = [new([0.5, 0.5], [0.25, 0.25]), new([0.1, 0.1], [2, 2])];

        Assert.Equal(1, new Certifier(network).Run(data, ThreatModel.Pixels(0.149), twice).Certified.Value);
        Assert.Equal(0, new Certifier(network).Run(data, ThreatModel.Pixels(0.151), twice).Certified.Value);
    }

    [Fact]
    public void Limits_of_features_are_those_of_the_box()
    {
        using var network = BoundedNetwork.From(Difference([1f, -1f, -1f, 1f]));
        var data = new Dataset(new[] { 0.6f, 0.3f }, 1, sampleShape: [2], labels: new[] { 0 }, classNames: ["a", "b"]);
        var threat = new ThreatModel(PerturbationNorm.LInfinity, 0.29) { Features = new FeatureLimits([0, 0], [1, 1], [false, true]) };

        Assert.Equal(1, new Certifier(network).Run(data, threat).Certified.Value);
        Assert.Equal(0, new Certifier(network).Run(data, new ThreatModel(PerturbationNorm.LInfinity, 0.29)).Certified.Value);
    }

    [Fact]
    public void A_tie_and_weights_that_overflow_are_never_certified()
    {
        var data = new Dataset(new[] { 0.5f, 0.5f }, 1, sampleShape: [2], labels: new[] { 0 }, classNames: ["a", "b"]);
        using (var tied = BoundedNetwork.From(Difference([1f, -1f, -1f, 1f])))
            Assert.Equal(CertificationOutcome.Misclassified, new Certifier(tied).Run(data, ThreatModel.Pixels(0)).Samples[0].Outcome);

        var graph = new NetworkGraphBuilder();
        var x = graph.Input("x", [2]);
        for (var i = 0; i < 12; i++)
            x = graph.Relu(graph.Linear($"fc{i}", x, new GraphTensor($"w{i}", [2, 2], new[] { 1e30f, -1e30f, 1e30f, 1e30f }), new GraphTensor($"b{i}", [2], new[] { 1e30f, 0f })));
        graph.Output("y", x);
        using var wild = BoundedNetwork.From(graph.Build());
        Assert.All(Enum.GetValues<BoundMethod>(), method =>
            Assert.NotEqual(CertificationOutcome.Certified, new Certifier(wild, new CertificationOptions { Method = method }).Run(data, ThreatModel.Pixels(0.1)).Samples[0].Outcome));
    }

    [Property(MaxTest = 20)]
    public void Codes_of_categories_are_embedded_exactly_and_an_interval_of_them_holds_every_row(int seed)
    {
        using var scope = NewDisposeScope();
        var random = RandomStream.For(seed, "codes");
        var embeddings = new CategoryEmbeddings(new TabularShape(2, [3, 4]), 2, new Initialization(seed));
        var graph = new NetworkGraphBuilder();
        var row = embeddings.Describe(graph, "embeddings", graph.Input("x", [4]));
        float[] weights = [.. Enumerable.Range(0, 18).Select(_ => (float)random.NextGaussian())];
        graph.Output("y", graph.Relu(graph.Linear("fc", row, new GraphTensor("w", [3, 6], weights))));
        using var network = BoundedNetwork.From(graph.Build());
        var codes = new double[] { 0.2, 0.4, random.Next(3), random.Next(4) };
        var lower = tensor(codes).unsqueeze(0);
        var upper = lower.clone();
        upper[0, 0] += 0.3;

        var open = lower.clone();
        open[0, 3] = 3;
        lower[0, 2] = codes[2];
        var spread = lower.clone();
        spread[0, 3] = 0;
        foreach (var method in Enum.GetValues<BoundMethod>())
        {
            using var exact = network.Bound(new InputBox(lower, lower), Specification.Outputs(3), new BoundOptions { Method = method });
            using var wide = network.Bound(new InputBox(spread, maximum(upper, open)), Specification.Outputs(3), new BoundOptions { Method = method });
            var point = network.Forward(lower);

            Assert.True((exact.Upper - exact.Lower).max().item<double>() < 1e-9);
            for (var code = 0; code < 4; code++)
            {
                var other = upper.clone();
                other[0, 3] = code;
                var scores = network.Forward(other);
                Assert.True(scores.ge(wide.Lower).logical_and(scores.le(wide.Upper)).all().item<bool>());
            }
            Assert.True(point.ge(exact.Lower).logical_and(point.le(exact.Upper)).all().item<bool>());
        }
    }

    [Fact]
    public void Callers_mistakes_are_told_and_work_stops_when_asked()
    {
        using var network = BoundedNetwork.From(Difference([1f, -1f, -1f, 1f]));
        var data = new Dataset(new[] { 0.6f, 0.3f }, 1, sampleShape: [2], labels: new[] { 0 }, classNames: ["a", "b"]);
        var certifier = new Certifier(network);

        Assert.Throws<ArgumentException>(() => certifier.Run(data, new ThreatModel(PerturbationNorm.L2, 0.1)));
        Assert.Throws<ArgumentException>(() => certifier.Run(new Dataset(new[] { 1f, 2f, 3f }, 1, sampleShape: [3], labels: new[] { 0 }, classNames: ["a", "b"]), ThreatModel.Pixels(0.1)));
        Assert.Throws<ArgumentException>(() => certifier.Run(new Dataset(new[] { 0.6f, 3f }, 1, sampleShape: [2], labels: new[] { 0 }, classNames: ["a", "b"]), ThreatModel.Pixels(0.1)));
        Assert.Throws<ArgumentException>(() => certifier.Run(new Dataset(new[] { 0.6f, 0.3f }, 1, sampleShape: [2], labels: new[] { 2 }, classNames: ["a", "b", "c"]), ThreatModel.Pixels(0.1)));
        Assert.Throws<ArgumentException>(() => certifier.Run(new Dataset(new[] { 0.6f, 0.3f }, 1, sampleShape: [2]), ThreatModel.Pixels(0.1)));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => certifier.Run(data, ThreatModel.Pixels(0.1), cancellation: cancelled.Token));
    }

    private static NetworkGraph Difference(float[] weights)
    {
        var graph = new NetworkGraphBuilder();
        graph.Output("y", graph.Linear("fc", graph.Input("x", [2]), new GraphTensor("w", [2, 2], weights)));
        return graph.Build();
    }

    // Pixels of which the network itself says the class, a few of them told wrong.
    private static Dataset Samples(BoundedNetwork network, int seed, int count)
    {
        using var scope = NewDisposeScope();
        var random = RandomStream.For(seed, "samples");
        var width = (int)network.InputShape.Aggregate(1L, (product, extent) => product * extent);
        var values = Enumerable.Range(0, count * width).Select(_ => (float)random.NextDouble()).ToArray();
        var classes = network.Forward(tensor(values).to(float64).reshape([count, .. network.InputShape])).argmax(1).data<long>().ToArray();
        return new Dataset(
            values, count, sampleShape: [.. network.InputShape.Select(extent => (int)extent)],
            labels: classes.Select((k, i) => i % 5 == 4 ? ((int)k + 1) % network.Outputs : (int)k).ToArray(), classNames: [.. Enumerable.Range(0, network.Outputs).Select(k => $"{k}")]);
    }

    // Over random points, corners and the steepest descent of each margin.
    private static double LeastMargin(BoundedNetwork network, Dataset data, int row, int label, ThreatModel threat, int seed)
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var random = RandomStream.For(seed, "points", row);
        var x = tensor(data.Row(row).ToArray()).to(float64).reshape([1, .. network.InputShape]);
        var rows = Specification.Margins([label], network.Outputs).Rows[0];
        var shares = tensor(Enumerable.Range(0, 50 * data.Width).Select(i => i % 2 == 0 ? 2 * random.NextDouble() - 1 : 2 * random.Next(2) - 1.0).ToArray()).reshape([50, .. network.InputShape]);
        var points = threat.Project(x + shares * threat.Epsilon, x.expand_as(shares));
        var least = double.PositiveInfinity;
        for (var step = 0; step < 10; step++)
        {
            var at = points.detach().requires_grad_();
            var margins = network.Forward(at).matmul(rows.t()).amin([1]);
            least = Math.Min(least, margins.min().item<double>());
            var slope = autograd.grad([margins.sum()], [at], allow_unused: true)[0];
            if (slope is null || slope.IsInvalid)
                break;
            points = threat.Project(at.detach() - slope.sign() * (threat.Epsilon / 4), x.expand_as(at));
        }
        return least;
    }
}
