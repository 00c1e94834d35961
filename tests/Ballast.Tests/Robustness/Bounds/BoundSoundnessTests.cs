using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Robustness.Bounds;
using FsCheck.Xunit;
using static TorchSharp.torch;

namespace Ballast.Tests.Robustness.Bounds;

/// <summary>No point of a box escapes its bounds: not by sampling, not at corners, not by attack, at no neuron, in any network, by any method.</summary>
public sealed class BoundSoundnessTests : IDisposable
{
    // Many small operations: a second thread costs more than it gives.
    private readonly int threads = get_num_threads();

    public BoundSoundnessTests() => set_num_threads(1);

    public void Dispose() => set_num_threads(threads);

    private const int Samples = 200;

    private static readonly BoundMethod[] Methods = [BoundMethod.Ibp, BoundMethod.CrownIbp, BoundMethod.Crown];

    [Property(MaxTest = 60)]
    public void No_point_escapes_the_bounds_of_any_neuron(int seed)
    {
        using var scope = NewDisposeScope();
        using var network = BoundedNetwork.From(RandomNetworks.Draw(seed));
        var box = Boxes(network, seed);
        var points = Points(network, box, seed);

        foreach (var method in Methods)
            foreach (var intersection in new[] { Intersection.WithIntervals, Intersection.None })
            {
                using var frozen = no_grad();
                var state = new Propagation(network, new BoundOptions { Method = method, Intersection = intersection }).Run(box);
                var values = new Tensor[network.Steps.Count];
                values[0] = points.reshape([-1, .. network.InputShape]);
                for (var i = 0; i < values.Length; i++)
                {
                    if (i > 0)
                        values[i] = network.Steps[i].Forward([.. network.Steps[i].Inputs.Select(input => values[input])]);
                    var grouped = values[i].reshape([Samples, box.Count, .. network.Steps[i].Shape]);
                    Assert.True(grouped.ge(state.Bounds[i]!.Lower).all().item<bool>(), $"seed {seed}, {method}, {network.Steps[i].Name}: below the lower bound");
                    Assert.True(grouped.le(state.Bounds[i]!.Upper).all().item<bool>(), $"seed {seed}, {method}, {network.Steps[i].Name}: above the upper bound");
                }
            }
    }

    [Property(MaxTest = 40)]
    public void No_point_and_no_attack_escapes_the_bounds_of_a_specification(int seed)
    {
        using var scope = NewDisposeScope();
        using var network = BoundedNetwork.From(RandomNetworks.Draw(seed));
        var box = Boxes(network, seed);
        var random = RandomStream.For(seed, "specification");
        var rows = Gaussians(random, box.Count, 4, network.Outputs);
        var offsets = Gaussians(random, box.Count, 4);
        var points = Points(network, box, seed);
        var attacked = Enumerable.Range(0, 4).SelectMany(row => new[] { Attacked(row, 1), Attacked(row, -1) }).ToArray();

        foreach (var method in Methods)
        {
            using var bounds = network.Bound(box, new Specification(rows, offsets), new BoundOptions { Method = method });

            Stay(points);
            foreach (var point in attacked)
                Stay(point);

            void Stay(Tensor tried)
            {
                using var frozen = no_grad();
                var values = ValuesOf(tried);
                Assert.True(values.ge(bounds.Lower).all().item<bool>(), $"seed {seed}, {method}: below the lower bound by {(bounds.Lower - values).max().item<double>()}");
                Assert.True(values.le(bounds.Upper).all().item<bool>(), $"seed {seed}, {method}: above the upper bound by {(values - bounds.Upper).max().item<double>()}");
            }
        }

        // [S, B, R]
        Tensor ValuesOf(Tensor tried)
        {
            var outputs = network.Forward(tried.reshape([-1, .. network.InputShape])).reshape(-1, box.Count, network.Outputs);
            return outputs.unsqueeze(2).mul(rows).sum(-1) + offsets;
        }

        Tensor Attacked(int row, double sign)
        {
            var point = (box.Lower + box.Upper) / 2;
            for (var step = 0; step < 8; step++)
            {
                var leaf = point.detach().requires_grad_();
                var value = ValuesOf(leaf.unsqueeze(0))[0].select(1, row).sum() * sign;
                var gradient = autograd.grad([value], [leaf], allow_unused: true)[0];
                if (gradient is null)
                    break;
                using var frozen = no_grad();
                point = minimum(maximum(leaf + gradient.sign() * (box.Upper - box.Lower) * 0.15, box.Lower), box.Upper);
            }
            return point.detach().unsqueeze(0);
        }
    }

    [Property(MaxTest = 40)]
    public void Full_linear_bounds_with_intervals_are_never_looser_than_intervals(int seed)
    {
        using var scope = NewDisposeScope();
        using var network = BoundedNetwork.From(RandomNetworks.Draw(seed));
        var box = Boxes(network, seed);

        using var intervals = network.Bound(box, Specification.Outputs(network.Outputs), new BoundOptions { Method = BoundMethod.Ibp });
        using var linear = network.Bound(box, Specification.Outputs(network.Outputs), new BoundOptions { Method = BoundMethod.Crown });

        Assert.True(linear.Lower.ge(intervals.Lower - 1e-9).all().item<bool>());
        Assert.True(linear.Upper.le(intervals.Upper + 1e-9).all().item<bool>());
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1e-30)]
    [InlineData(1e-12)]
    public void A_point_or_nearly_one_is_bounded_to_within_rounding(double radius)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var scope = NewDisposeScope();
            using var network = BoundedNetwork.From(RandomNetworks.Draw(seed));
            var center = Gaussians(RandomStream.For(seed, "center"), 1, (int)network.Steps[0].Size).reshape([1, .. network.InputShape]);
            var box = new InputBox(center - radius, center + radius);

            using var bounds = network.Bound(box, Specification.Outputs(network.Outputs));

            var value = network.Forward(center);
            Assert.True(value.ge(bounds.Lower).all().item<bool>() && value.le(bounds.Upper).all().item<bool>());
            Assert.True((bounds.Upper - bounds.Lower).max().item<double>() < 1e-7);
        }
    }

    [Fact]
    public void Weights_that_overflow_prove_nothing()
    {
        using var scope = NewDisposeScope();
        var graph = new NetworkGraphBuilder();
        var x = graph.Input("x", [2]);
        for (var i = 0; i < 12; i++)
            x = graph.Relu(graph.Linear($"fc{i}", x, new GraphTensor($"w{i}", [2, 2], new[] { 1e30f, -1e30f, 1e30f, 1e30f })));
        graph.Output("y", x);
        using var network = BoundedNetwork.From(graph.Build());
        var box = new InputBox(tensor(new double[,] { { -1, -1 } }), tensor(new double[,] { { 1, 1 } }));

        foreach (var method in Methods)
        {
            using var bounds = network.Bound(box, Specification.Margins([0], 2), new BoundOptions { Method = method });

            Assert.True(bounds.Lower.isneginf().all().item<bool>());
            Assert.True(bounds.Upper.isposinf().all().item<bool>());
        }
    }

    [Fact]
    public void Bounding_leaves_no_tensors_behind()
    {
        using var network = BoundedNetwork.From(RandomNetworks.Draw(3));
        long Held()
        {
            using (var scope = NewDisposeScope())
                network.Bound(Boxes(network, 5), Specification.Outputs(network.Outputs)).Dispose();
            return TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        }
        _ = Held();

        var counts = Enumerable.Range(0, 5).Select(_ => Held()).ToArray();

        // Of this thread: other tests make tensors at the same time.
        Assert.All(counts, count => Assert.Equal(counts[0], count));
    }

    private static InputBox Boxes(BoundedNetwork network, int seed)
    {
        var random = RandomStream.For(seed, "boxes");
        var size = (int)network.Steps[0].Size;
        var center = Gaussians(random, 3, size);
        var radius = tensor(new[] { 0.02, 0.2, 1.0 }).reshape(3, 1) * Gaussians(random, 3, size).abs();
        return new InputBox((center - radius).reshape([3, .. network.InputShape]), (center + radius).reshape([3, .. network.InputShape]));
    }

    // [S, B, ...]: half inside, half at corners.
    private static Tensor Points(BoundedNetwork network, InputBox box, int seed)
    {
        var random = RandomStream.For(seed, "points");
        var shares = new double[Samples * box.Count * (int)network.Steps[0].Size];
        for (var i = 0; i < shares.Length; i++)
            shares[i] = i < shares.Length / 2 ? random.NextDouble() : random.Next(2);
        var share = tensor(shares).reshape([Samples, box.Count, .. network.InputShape]);
        return minimum(maximum(box.Lower + share * (box.Upper - box.Lower), box.Lower), box.Upper);
    }

    private static Tensor Gaussians(RandomStream random, params int[] shape)
    {
        var values = new double[shape.Aggregate(1, (product, extent) => product * extent)];
        for (var i = 0; i < values.Length; i++)
            values[i] = random.NextGaussian();
        return tensor(values).reshape([.. shape.Select(extent => (long)extent)]);
    }
}
