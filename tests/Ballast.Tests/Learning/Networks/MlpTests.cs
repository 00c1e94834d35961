using Ballast.Learning.Networks;
using TorchSharp;

namespace Ballast.Tests.Learning.Networks;

public sealed class MlpTests
{
    [Fact]
    public void Tensors_are_named_as_in_a_torch_sequence()
    {
        using var network = new Mlp(7, [5, 3], 2, seed: 0);

        Assert.Equal(
            ["layers.0.weight", "layers.0.bias", "layers.2.weight", "layers.2.bias", "head.weight", "head.bias"],
            network.named_parameters().Select(p => p.name));
    }

    [Fact]
    public void Outputs_are_the_head_of_the_features()
    {
        using var scope = torch.NewDisposeScope();
        using var network = new Mlp(12, [5, 3], 2, seed: 0);
        var input = torch.ones(4, 1, 3, 4);

        var features = network.Features(input);

        Assert.Equal([4, 3], features.shape);
        Assert.Equal(network.call(input).data<float>().ToArray(), network.Head.call(features).data<float>().ToArray());
        Assert.True(features.min().item<float>() >= 0);
    }

    [Fact]
    public void Without_hidden_layers_it_is_a_linear_model()
    {
        using var scope = torch.NewDisposeScope();
        using var network = new Mlp(3, [], 2, seed: 0);
        var input = torch.tensor(new float[] { 1, 2, 3 }).reshape(1, 3);

        var expected = input.matmul(network.LinearHead!.weight.T) + network.LinearHead.bias!;

        Assert.Equal(expected.data<float>().ToArray(), network.call(input).data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Dropout_masks_follow_the_seed_the_step_and_the_call()
    {
        using var scope = torch.NewDisposeScope();
        using var network = new Mlp(new MlpConfiguration(20, [64], 2) { Dropout = 0.5, BatchNorm = true }, seed: 1);
        var input = torch.linspace(-1, 1, 8 * 20).reshape(8, 20);

        float[] At(long step)
        {
            network.BeginStep(step);
            return network.Features(input).data<float>().ToArray();
        }

        var (third, again, fourth) = (At(3), network.Features(input).data<float>().ToArray(), At(4));

        Assert.Equal(third, At(3));
        Assert.NotEqual(third, again);
        Assert.NotEqual(third, fourth);
        network.eval();
        Assert.Equal(network.Features(input).data<float>().ToArray(), network.Features(input).data<float>().ToArray());
    }

    [Fact]
    public void Dropout_keeps_the_mean_and_zeroes_the_share_asked_for()
    {
        using var scope = torch.NewDisposeScope();
        using var dropout = new Ballast.Learning.Networks.Layers.Dropout(0.3, seed: 5, layer: 0);

        var output = dropout.call(torch.ones(1000, 101));

        Assert.Equal(1, output.mean().item<float>(), 0.01);
        Assert.Equal(0.3, (output == 0).to_type(torch.float32).mean().item<float>(), 0.01);
        Assert.Equal(1 / 0.7f, output.max().item<float>(), 1e-6f);
    }

    [Fact]
    public void Training_steps_leave_no_tensor_behind()
    {
        using var scope = torch.NewDisposeScope();
        using var network = new Mlp(new MlpConfiguration(20, [64, 8], 2) { Dropout = 0.5, BatchNorm = true }, seed: 1);
        var input = torch.ones(8, 20);
        void Step()
        {
            using var step = torch.NewDisposeScope();
            network.call(input).sum().backward();
        }
        Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (var i = 0; i < 5; i++)
            Step();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Widths_and_dropout_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Mlp(0, [5], 2, seed: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Mlp(3, [0], 2, seed: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Mlp(3, [5], 0, seed: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Mlp(new MlpConfiguration(3, [5], 2) { Dropout = 1 }, seed: 0));
    }
}
