using Ballast.Learning.Networks;
using TorchSharp;

namespace Ballast.Tests.Learning.Networks;

public sealed class NetworkTensorsTests
{
    [Fact]
    public void Matching_tensors_are_loaded_and_the_others_named_with_the_reason()
    {
        using var scope = torch.NewDisposeScope();
        using var binary = new Mlp(4, [6], 2, seed: 1);
        using var network = new Mlp(4, [6], 5, seed: 2);
        using var state = NetworkState.Of(binary);
        var given = state.Tensors.ToDictionary();
        given["stem.weight"] = torch.ones(3);
        given.Remove("layers.0.bias");
        var bias = NetworkSamples.Values(network.get_parameter("layers.0.bias")!);

        var report = network.LoadMatching(given);

        Assert.Equal(["layers.0.weight"], report.Loaded);
        Assert.Equal(["head.bias", "head.weight", "stem.weight"], report.Skipped.Select(skipped => skipped.Name).Order());
        Assert.Equal("shape [2, 6], the network's is [5, 6]", report.Skipped.Single(skipped => skipped.Name == "head.weight").Reason);
        Assert.Equal("the network has no such tensor", report.Skipped.Single(skipped => skipped.Name == "stem.weight").Reason);
        Assert.Equal(["layers.0.bias"], report.Missing);
        Assert.Equal(NetworkSamples.Values(binary.get_parameter("layers.0.weight")!), NetworkSamples.Values(network.get_parameter("layers.0.weight")!));
        Assert.Equal(bias, NetworkSamples.Values(network.get_parameter("layers.0.bias")!));
    }

    [Fact]
    public void A_state_that_does_not_fit_changes_nothing()
    {
        using var scope = torch.NewDisposeScope();
        using var network = new Mlp(4, [6], 5, seed: 2);
        using var state = NetworkState.Of(new Mlp(4, [6], 2, seed: 1));
        var before = network.parameters().Select(NetworkSamples.Values).ToArray();

        var error = Assert.Throws<ArgumentException>(() => network.Load(state));

        Assert.Contains("head.weight", error.Message);
        Assert.Equal(before, network.parameters().Select(NetworkSamples.Values).ToArray());
    }

    [Fact]
    public void Interpolation_runs_from_one_state_to_the_other()
    {
        using var scope = torch.NewDisposeScope();
        using var first = NetworkSamples.Make("mlp with batch norm and dropout", seed: 1);
        using var second = NetworkSamples.Make("mlp with batch norm and dropout", seed: 2);
        NetworkSamples.Stir(second);
        using var a = NetworkState.Of(first);
        using var b = NetworkState.Of(second);

        using var quarter = NetworkState.Interpolate(a, b, 0.25);

        Assert.Equal(0.25 * a.DistanceTo(b), a.DistanceTo(quarter), 1e-4);
        Assert.Equal(0.75 * a.DistanceTo(b), b.DistanceTo(quarter), 1e-4);
        foreach (var (name, tensor) in quarter.Tensors)
            Assert.True(tensor.to(torch.float32).allclose(a.Tensors[name].to(torch.float32) * 0.75f + b.Tensors[name].to(torch.float32) * 0.25f, 1e-5, 1e-6), name);
        Assert.Throws<ArgumentException>(() => NetworkState.Interpolate(a, NetworkState.Of(new Mlp(2, [], 2, seed: 0)), 0.5));
    }

    [Fact]
    public void The_distance_travelled_is_measured_from_the_weights_kept()
    {
        using var scope = torch.NewDisposeScope();
        using var network = new Mlp(4, [6], 5, seed: 2);
        Assert.Throws<InvalidOperationException>(() => network.DistanceTravelled());

        network.KeepInitialState();
        Assert.Equal(0, network.DistanceTravelled());
        network.SetTensor("head.bias", network.get_parameter("head.bias")!.detach() + 2);

        Assert.Equal(Math.Sqrt(5 * 4), network.DistanceTravelled(), 1e-5);
    }

    [Fact]
    public void Values_of_another_shape_and_unknown_names_are_refused()
    {
        using var scope = torch.NewDisposeScope();
        using var network = new Mlp(4, [6], 5, seed: 2);

        Assert.Contains("[5]", Assert.Throws<ArgumentException>(() => network.SetTensor("head.bias", torch.ones(4))).Message);
        Assert.Contains("'tail'", Assert.Throws<ArgumentException>(() => network.SetTensor("tail", torch.ones(4))).Message);
    }

    [Fact]
    public void Frozen_parameters_get_no_gradient()
    {
        using var scope = torch.NewDisposeScope();
        using var network = new Mlp(4, [6], 5, seed: 2);

        Assert.Equal(2, network.Freeze("layers"));
        network.call(torch.ones(3, 4)).sum().backward();

        Assert.All(network.named_parameters(), pair => Assert.Equal(pair.name.StartsWith("head", StringComparison.Ordinal), pair.parameter.grad is not null));
        Assert.Equal(4, network.Unfreeze());
    }

    [Fact]
    public void A_replaced_head_takes_the_old_ones_place_and_name()
    {
        using var scope = torch.NewDisposeScope();
        using var network = new Mlp(4, [6], 5, seed: 2);

        network.ReplaceHead(new CosineHead(6, 3, new Initialization(1, "head"), scale: 16));

        Assert.Null(network.LinearHead);
        Assert.Equal(["layers.0.weight", "layers.0.bias", "head.weight"], network.named_parameters().Select(pair => pair.name));
        using var clone = network.Clone();
        Assert.Equal(16, Assert.IsType<CosineHead>(clone.Head).Scale);
        Assert.Equal(NetworkSamples.Values(network.call(torch.ones(2, 4))), NetworkSamples.Values(clone.call(torch.ones(2, 4))));
    }

    [Fact]
    public void Cosine_outputs_do_not_depend_on_the_norms_of_features_and_weights()
    {
        using var scope = torch.NewDisposeScope();
        using var head = new CosineHead(6, 4, new Initialization(1), scale: 10);
        var features = new Initialization(2).Normal([5, 6], 1);
        var expected = NetworkSamples.Values(head.call(features));
        Assert.All(expected, cosine => Assert.InRange(cosine, -10f, 10f));

        using (torch.no_grad())
            head.get_parameter("weight")!.mul_(torch.tensor(new float[] { 1, 2, 3, 4 }).reshape(4, 1));

        Assert.Equal(expected, NetworkSamples.Values(head.call(features * 7)), (a, b) => Math.Abs(a - b) < 1e-4);
    }
}
