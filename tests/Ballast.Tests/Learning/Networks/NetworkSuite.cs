using Ballast.Learning.Networks;
using TorchSharp;

namespace Ballast.Tests.Learning.Networks;

/// <summary>What every network must do; a new one joins by one line in <see cref="NetworkSamples"/>.</summary>
public sealed class NetworkSuite
{
    public static TheoryData<string> All => NetworkSamples.All;

    public static TheoryData<string> Small => NetworkSamples.Small;

    [Theory, MemberData(nameof(All))]
    public void Outputs_are_the_head_of_features_of_the_width_promised(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var network = NetworkSamples.Make(name);
        network.eval();
        var input = NetworkSamples.Input(network, 2);

        var features = network.Features(input);

        Assert.Equal([2, network.FeatureCount], features.shape);
        Assert.Equal(NetworkSamples.Values(network.Head.call(features)), NetworkSamples.Values(network.call(input)));
    }

    [Theory, MemberData(nameof(Small))]
    public void Seeds_decide_every_first_weight(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var network = NetworkSamples.Make(name, seed: 7);
        using var again = NetworkSamples.Make(name, seed: 7);
        using var other = NetworkSamples.Make(name, seed: 8);

        foreach (var ((tensorName, a), (_, b), (_, c)) in network.NamedTensors().Zip(again.NamedTensors(), other.NamedTensors()))
        {
            Assert.True(a.equal(b).all().item<bool>(), tensorName);
            Assert.True(a.dim() < 2 || !a.equal(c).all().item<bool>(), tensorName);
        }
    }

    [Theory, MemberData(nameof(Small))]
    public void Training_draws_follow_the_step_alone(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var network = NetworkSamples.Make(name);
        var input = NetworkSamples.Input(network, 4);

        float[] At(long step)
        {
            network.BeginStep(step);
            return NetworkSamples.Values(network.call(input));
        }

        Assert.Equal(At(5), At(5));
        if (network.modules().OfType<IStochasticModule>().Any(module => module is not Ballast.Learning.Networks.Layers.RandomMask { Probability: 0 }))
            Assert.NotEqual(At(5), At(6));
    }

    [Theory, MemberData(nameof(Small))]
    public void A_step_of_training_reaches_every_parameter_and_leaves_no_tensor(string name)
    {
        using var network = NetworkSamples.Make(name);
        using var input = NetworkSamples.Input(network, 8);
        void Step()
        {
            using var step = torch.NewDisposeScope();
            network.call(input).square().sum().backward();
        }

        Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 3; i++)
            Step();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        using var scope = torch.NewDisposeScope();
        Assert.All(network.named_parameters(), pair => Assert.True(pair.parameter.grad is not null, pair.name));
    }

    [Theory, MemberData(nameof(Small))]
    public void Inference_leaves_no_tensor(string name)
    {
        using var network = NetworkSamples.Make(name);
        using var input = NetworkSamples.Input(network, 2);
        network.eval();
        using var gradients = torch.no_grad();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (var i = 0; i < 3; i++)
        {
            using var step = torch.NewDisposeScope();
            network.call(input);
            network.Activations(input);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory, MemberData(nameof(Small))]
    public void A_clone_gives_the_same_outputs_and_goes_its_own_way(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var network = NetworkSamples.Make(name);
        NetworkSamples.Stir(network);
        network.eval();
        network.Freeze("head");
        var input = NetworkSamples.Input(network, 2);

        using var clone = network.Clone();

        var outputs = NetworkSamples.Values(network.call(input));
        Assert.Equal(outputs, NetworkSamples.Values(clone.call(input)));
        Assert.False(clone.training);
        Assert.All(clone.named_parameters(), pair => Assert.Equal(!pair.name.StartsWith("head", StringComparison.Ordinal), pair.parameter.requires_grad));
        NetworkSamples.Stir(clone, seed: 9);
        Assert.Equal(outputs, NetworkSamples.Values(network.call(input)));
    }

    [Theory, MemberData(nameof(Small))]
    public void Activations_bear_the_names_of_modules_and_end_with_the_outputs(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var network = NetworkSamples.Make(name);
        network.eval();
        var input = NetworkSamples.Input(network, 2);

        var activations = network.Activations(input);

        var modules = network.named_modules().Select(pair => pair.name).ToHashSet();
        Assert.All(activations.Keys, key => Assert.Contains(key, modules));
        Assert.All(activations.Values, tensor => Assert.Equal(2, tensor.shape[0]));
        Assert.Equal(NetworkSamples.Values(network.call(input)), NetworkSamples.Values(activations["head"]));
    }

    [Theory, MemberData(nameof(Small))]
    public void Double_precision_changes_outputs_by_rounding_alone(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var network = NetworkSamples.Make(name);
        NetworkSamples.Stir(network);
        network.eval();
        var input = NetworkSamples.Input(network, 2);
        var single = NetworkSamples.Values(network.call(input));

        network.to(torch.float64);

        var twice = network.call(input.to(torch.float64));
        Assert.Equal(torch.float64, twice.dtype);
        Assert.Equal(single, NetworkSamples.Values(twice), (a, b) => Math.Abs(a - b) < 1e-4 * (1 + Math.Abs(b)));
    }

    [Theory, MemberData(nameof(Small))]
    public void A_single_sample_is_trained_on_or_refused_and_never_spoils_the_statistics(string name)
    {
        using var scope = torch.NewDisposeScope();
        using var network = NetworkSamples.Make(name);
        try
        {
            network.call(NetworkSamples.Input(network, 1));
        }
        catch (ArgumentException error)
        {
            Assert.Contains("more than one value a channel", error.Message);
        }

        Assert.All(network.NamedTensors(), pair => Assert.True(pair.Tensor.isfinite().all().item<bool>(), pair.Name));
    }

    [Theory, MemberData(nameof(All))]
    public void The_graph_takes_the_networks_input_and_gives_its_outputs(string name)
    {
        using var network = NetworkSamples.Make(name);

        var graph = network.ToGraph();

        using var scope = torch.NewDisposeScope();
        network.eval();
        Assert.Equal(network.InputShape, graph[graph.Inputs[0]].SampleShape.Select(extent => (long)extent));
        Assert.Equal(network.call(NetworkSamples.Input(network, 2)).shape[1..], graph[graph.Outputs[0].Value].SampleShape.Select(extent => (long)extent));
        Assert.All(network.named_parameters(), pair => Assert.Contains(pair.name, graph.Tensors.Keys));
    }
}
