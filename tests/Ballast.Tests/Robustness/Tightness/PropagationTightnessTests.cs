using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Learning.Adversarial;
using Ballast.Learning.Networks;
using Ballast.Robustness.Bounds;
using Ballast.Robustness.Certified;
using Ballast.Robustness.Tightness;
using Ballast.Tests.Learning.Networks;
using FsCheck.Xunit;
using static TorchSharp.torch;

namespace Ballast.Tests.Robustness.Tightness;

/// <summary>The optimal radius is the gradient's, the layer-wise one is interval propagation's; invariance and sign coherence mean exact intervals.</summary>
public sealed class PropagationTightnessTests : IDisposable
{
    private readonly int threads = get_num_threads();

    public PropagationTightnessTests() => set_num_threads(1);

    public void Dispose() => set_num_threads(threads);

    [Property(MaxTest = 20)]
    public void The_optimal_radius_is_that_of_the_local_gradient_in_networks_of_every_kind(int seed)
    {
        using var scope = NewDisposeScope();
        using Network trained = (Math.Abs(seed) % 3) switch
        {
            0 => new Mlp(new MlpConfiguration(5, [7, 6], 4) { BatchNorm = true }, seed),
            1 => new Cnn7(new Cnn7Configuration(new ImageShape(1, 6, 5), 3, 2, 8), seed),
            _ => new ResNet(new ResNetConfiguration(new(1, 7, 6), 4, [1, 1], [3, 4], ResidualShortcut.Projection), seed),
        };
        NetworkSamples.Stir(trained, seed);
        using var network = BoundedNetwork.From(trained.ToGraph());
        var x = Inputs(network, seed, 3);
        var box = new InputBox(x - 0.1, x + Inputs(network, seed + 1, 3) * 0.1);
        var specification = Specification.Margins([0, 1, 2], network.Outputs);

        var found = PropagationTightness.Local(network, x, box, specification);

        var at = x.clone().requires_grad_();
        var margins = specification.Rows.matmul(network.Forward(at).unsqueeze(2)).squeeze(2);
        var radius = (box.Upper - box.Lower) / 2;
        for (var r = 0; r < margins.shape[1]; r++)
        {
            var slope = autograd.grad([margins.select(1, r).sum()], [at], retain_graph: true)[0];
            Assert.True((slope.abs() * radius).flatten(1).sum(1).allclose(found.OptimalRadius.select(1, r), 1e-6, 1e-9));
        }
        Assert.True(found.Ratio.ge(0).logical_and(found.Ratio.le(1 + 1e-9)).all().item<bool>());
    }

    [Property(MaxTest = 20)]
    public void Of_a_linear_network_the_layerwise_radius_is_that_of_its_intervals(int seed)
    {
        using var scope = NewDisposeScope();
        using var network = BoundedNetwork.From(Linear(seed, [4, 6, 5, 3]));
        var x = Inputs(network, seed, 2);
        var box = new InputBox(x - 0.2, x + 0.3);
        var specification = Specification.Margins([0, 2], 3);

        var found = PropagationTightness.Global(network, box, specification);
        using var intervals = network.Bound(box, specification, new BoundOptions { Method = BoundMethod.Ibp, Soundness = Soundness.Nominal });
        using var exact = network.Bound(box, specification, new BoundOptions { Method = BoundMethod.Crown, Soundness = Soundness.Nominal, Intersection = Intersection.None });

        Assert.True(((intervals.Upper - intervals.Lower) / 2).allclose(found.LayerwiseRadius, 1e-9, 1e-12));
        Assert.True(((exact.Upper - exact.Lower) / 2).allclose(found.OptimalRadius, 1e-9, 1e-12));
    }

    [Property(MaxTest = 30)]
    public void Layers_whose_products_agree_in_sign_are_invariant_and_a_witness_speaks_against_others(int seed)
    {
        using var scope = NewDisposeScope();
        var random = RandomStream.For(seed, "signs");
        Tensor Magnitudes(int rows, int columns) => tensor(Enumerable.Range(0, rows * columns).Select(_ => 0.1 + random.NextDouble()).ToArray()).reshape(rows, columns);
        Tensor Signs(int count) => tensor(Enumerable.Range(0, count).Select(_ => random.Next(2) * 2.0 - 1).ToArray());
        var (inputs, hidden, outputs) = (Signs(4), Signs(5), Signs(3));
        var first = Magnitudes(5, 4) * hidden.unsqueeze(1) * inputs.unsqueeze(0);
        var second = Magnitudes(3, 5) * outputs.unsqueeze(1) * hidden.unsqueeze(0);

        Assert.True(PropagationInvariance.Holds([first, second]));
        Assert.Null(PropagationInvariance.Witness(first, second));
        Assert.NotNull(SignCoherence.Signs([first, second]));

        second[1, 2] *= -1;
        Assert.False(PropagationInvariance.Holds([first, second]));
        var (i, j, k, other) = PropagationInvariance.Witness(first, second)!.Value;
        Assert.True((second[i, k] * first[k, j]).item<double>() * (second[i, other] * first[other, j]).item<double>() < 0);
        Assert.Null(SignCoherence.Signs([first, second]));
    }

    [Property(MaxTest = 20)]
    public void Intervals_of_a_sign_coherent_network_are_exact(int seed)
    {
        using var scope = NewDisposeScope();
        var random = RandomStream.For(seed, "coherent");
        int[] widths = [4, 6, 5, 2];
        var signs = widths.Select(width => Enumerable.Range(0, width).Select(_ => random.Next(2) * 2 - 1).ToArray()).ToArray();
        var weights = Enumerable.Range(0, 3).Select(layer => Enumerable.Range(0, widths[layer + 1] * widths[layer])
            .Select(at => (float)((0.1 + random.NextDouble()) * signs[layer + 1][at / widths[layer]] * signs[layer][at % widths[layer]])).ToArray()).ToArray();
        var graph = new NetworkGraphBuilder();
        var x = graph.Input("x", [4]);
        for (var layer = 0; layer < 3; layer++)
        {
            x = graph.Linear($"fc{layer}", x, new GraphTensor($"w{layer}", [widths[layer + 1], widths[layer]], weights[layer]), new GraphTensor($"b{layer}", [widths[layer + 1]], Enumerable.Range(0, widths[layer + 1]).Select(_ => (float)random.NextGaussian()).ToArray()));
            if (layer < 2)
                x = graph.Relu(x);
        }
        graph.Output("y", x);
        using var network = BoundedNetwork.From(graph.Build());
        var found = SignCoherence.Signs([.. weights.Select((values, layer) => tensor(values).reshape(widths[layer + 1], widths[layer]))]);
        var center = Inputs(network, seed, 1);
        var box = new InputBox(center - 0.4, center + 0.4);

        Assert.NotNull(found);
        using var bounds = network.Bound(box, Specification.Outputs(2), new BoundOptions { Method = BoundMethod.Ibp, Soundness = Soundness.Nominal });
        for (var k = 0; k < 2; k++)
        {
            var direction = tensor(found[0].Select(sign => (double)sign * found[3][k]).ToArray()).unsqueeze(0);
            Assert.Equal(bounds.Upper[0, k].item<double>(), network.Forward(center + 0.4 * direction)[0, k].item<double>(), 9);
            Assert.Equal(bounds.Lower[0, k].item<double>(), network.Forward(center - 0.4 * direction)[0, k].item<double>(), 9);
        }
    }

    [Fact]
    public void Products_of_Gaussian_matrices_have_the_forecast_tightness()
    {
        using var scope = NewDisposeScope();
        var weights = new Initialization(3, "gaussian layers");
        var (optimal, layerwise) = (0.0, 0.0);
        for (var draw = 0; draw < 400; draw++)
        {
            using var inner = NewDisposeScope();
            Tensor[] layers = [.. Enumerable.Range(0, 3).Select(_ => weights.Normal([8, 8], 1).to(float64))];
            optimal += layers[2].matmul(layers[1]).matmul(layers[0]).abs().sum().item<double>();
            layerwise += layers[2].abs().matmul(layers[1].abs()).matmul(layers[0].abs()).sum().item<double>();
        }

        Assert.Equal(1, optimal / layerwise / InitialTightness.Of([8, 8]), 0.05);
        Assert.Equal(1, InitialTightness.Of(1_000_000) / Math.Sqrt(Math.PI / 2e6), 1e-6);
        Assert.Equal(1, InitialTightness.Of([]));
        Assert.True(InitialTightness.EmbeddingGrowth(50) is ( > 31.8 and < 31.9, > 5.6 and < 5.7));
    }

    [Fact]
    public void Interval_training_of_a_fresh_network_raises_tightness()
    {
        using var scope = NewDisposeScope();
        var alignments = Enumerable.Range(0, 6).Select(seed =>
        {
            using var network = new Mlp(6, [24], 3, seed);
            var x = tensor(Enumerable.Range(0, 48).Select(i => (float)RandomStream.For(seed, "x", i).NextDouble()).ToArray()).reshape(8, 6);
            return TightnessGradientAlignment.Of(network, x, arange(8, int64).remainder(3), new InputBox(x - 0.1, x + 0.1));
        }).ToArray();

        // The theorem is of linear networks; of ReLUs it is what happens as a rule.
        Assert.True(alignments.Average() < 0 && alignments.Count(alignment => alignment < 0) >= 4, string.Join(" ", alignments));
    }

    [Fact]
    public void A_data_set_gets_its_mean_with_accuracy_beside_it_and_mistakes_are_told()
    {
        using var network = BoundedNetwork.From(Linear(1, [4, 6, 3]));
        var random = RandomStream.For(1, "rows");
        var data = new Dataset(Enumerable.Range(0, 400).Select(_ => (float)random.NextDouble()).ToArray(), 100, sampleShape: [4], labels: Enumerable.Range(0, 100).Select(i => i % 3).ToArray(), classNames: ["a", "b", "c"]);

        var report = TightnessMeasure.Of(network, data, ThreatModel.Pixels(0.1));

        Assert.InRange(report.Mean, report.Percentiles.Low, report.Percentiles.High);
        Assert.InRange(report.Accuracy, 0.05, 0.95);
        Assert.Equal(100, report.Samples);
        Assert.Throws<ArgumentException>(() => TightnessMeasure.Of(network, data.Select([]), ThreatModel.Pixels(0.1)));
        Assert.Throws<ArgumentException>(() => PropagationInvariance.Holds([]));
        Assert.Throws<ArgumentException>(() => PropagationInvariance.Holds([zeros(3, 4), zeros(2, 4)]));
        Assert.ThrowsAny<ArgumentException>(() => InitialTightness.Of(0));
        var graph = new NetworkGraphBuilder();
        graph.Output("y", graph.Apply(new SigmoidOperator(), "squash", graph.Input("x", [4])));
        using var squashed = BoundedNetwork.From(graph.Build());
        Assert.Contains("'squash'", Assert.Throws<NotSupportedException>(() => PropagationTightness.Global(squashed, new InputBox(zeros(1, 4), ones(1, 4)), Specification.Outputs(4))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_box_lies_in_the_whole_one_around_a_worse_point()
    {
        using var scope = NewDisposeScope();
        using var network = new Mlp(6, [12], 3, 2);
        var x = tensor(Enumerable.Range(0, 60).Select(i => (float)RandomStream.For(1, "x", i).NextDouble()).ToArray()).reshape(10, 6);
        var labels = arange(10, int64).remainder(3);
        var batch = new Ballast.Learning.Training.Batch { Inputs = x, Labels = labels, Rows = arange(10, int64) };
        var around = new TrainingBox(new CertifiedTrainingOptions { Epsilon = 0.2, BoxShare = 0.25 }, [6]);

        var (whole, small) = (around.Around(x, 0.2), around.Small(network, batch, labels, 0.2, AttackKeys.Of(batch, 1, 0)));

        Assert.True(small.Lower.ge(whole.Lower).logical_and(small.Upper.le(whole.Upper)).logical_and((small.Upper - small.Lower).le(0.1 + 1e-6)).all().item<bool>());
        double Loss(Tensor at) => nn.functional.cross_entropy(network.call(at), labels).item<float>();
        Assert.True(Loss((small.Lower + small.Upper) / 2) > Loss(x));
    }

    private static Tensor Inputs(BoundedNetwork network, int seed, int count)
    {
        var random = RandomStream.For(seed, "inputs");
        var width = network.InputShape.Aggregate(1L, (product, extent) => product * extent);
        return tensor(Enumerable.Range(0, (int)(count * width)).Select(_ => random.NextDouble()).ToArray()).reshape([count, .. network.InputShape]);
    }

    private static NetworkGraph Linear(int seed, int[] widths)
    {
        var random = RandomStream.For(seed, "layers");
        var graph = new NetworkGraphBuilder();
        var x = graph.Input("x", [widths[0]]);
        for (var i = 1; i < widths.Length; i++)
            x = graph.Linear($"fc{i}", x, new GraphTensor($"w{i}", [widths[i], widths[i - 1]], Enumerable.Range(0, widths[i] * widths[i - 1]).Select(_ => (float)random.NextGaussian()).ToArray()));
        graph.Output("y", x);
        return graph.Build();
    }
}
