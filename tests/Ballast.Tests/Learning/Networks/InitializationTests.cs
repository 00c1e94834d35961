using Ballast.Learning.Networks;
using TorchSharp;

namespace Ballast.Tests.Learning.Networks;

public sealed class InitializationTests
{
    [Fact]
    public void Torch_rule_is_uniform_within_the_inverse_root_of_the_fan_in()
    {
        using var scope = torch.NewDisposeScope();
        var layer = new Initialization(3).Linear(400, 500);

        var (weights, biases) = (layer.weight.data<float>().ToArray(), layer.bias!.data<float>().ToArray());

        Assert.All(weights.Concat(biases), w => Assert.InRange(w, -0.05f, 0.05f));
        Assert.Equal(0, weights.Average(), 2e-4);
        Assert.Equal(0.05 / Math.Sqrt(3), Deviation(weights), 2e-4);
        Assert.True(weights.Distinct().Count() > 150_000);
    }

    [Theory, InlineData(WeightRule.KaimingFanOut, 64 * 9), InlineData(WeightRule.KaimingFanIn, 16 * 9)]
    public void Kaiming_rules_are_normal_with_two_over_the_fan(WeightRule rule, int fan)
    {
        using var scope = torch.NewDisposeScope();
        var layer = new Initialization(3).Conv2d(new(32, 64, 3) { Groups = 2, HasBias = true }, rule);

        var weights = layer.weight.data<float>().ToArray();

        var deviation = Math.Sqrt(2.0 / fan);
        Assert.Equal([64, 16, 3, 3], layer.weight.shape);
        Assert.All(layer.bias!.data<float>().ToArray(), b => Assert.Equal(0, b));
        Assert.Equal(deviation, Deviation(weights), 0.03 * deviation);
        Assert.Equal(0.6827, weights.Count(w => Math.Abs(w) < deviation) / (double)weights.Length, 0.02);
        Assert.Equal(0.0455, weights.Count(w => Math.Abs(w) > 2 * deviation) / (double)weights.Length, 0.008);
    }

    [Fact]
    public void Truncated_normal_stays_within_two_deviations()
    {
        using var scope = torch.NewDisposeScope();

        var values = new Initialization(1).TruncatedNormal([300, 70], 0.5).data<float>().ToArray();

        Assert.All(values, v => Assert.InRange(v, -1f, 1f));
        Assert.Equal(0.5 * 0.87963, Deviation(values), 0.005);
    }

    [Fact]
    public void Equal_seeds_draw_equal_weights_and_torchs_generator_is_left_alone()
    {
        using var scope = torch.NewDisposeScope();
        var before = torch.random.get_rng_state().data<byte>().ToArray();

        var (first, again, other) = (new Mlp(7, [5, 3], 2, seed: 4), new Mlp(7, [5, 3], 2, seed: 4), new Mlp(7, [5, 3], 2, seed: 5));
        using var convolution = new Initialization(2).Conv2d(new(1, 2, 3));

        Assert.Equal(before, torch.random.get_rng_state().data<byte>().ToArray());
        Assert.All(first.parameters().Zip(again.parameters()), pair => Assert.Equal(pair.First.data<float>().ToArray(), pair.Second.data<float>().ToArray()));
        Assert.All(first.parameters().Zip(other.parameters()), pair => Assert.NotEqual(pair.First.data<float>().ToArray(), pair.Second.data<float>().ToArray()));
    }

    [Fact]
    public void Tensors_of_one_initialization_differ()
    {
        using var scope = torch.NewDisposeScope();
        var weights = new Initialization(0);

        Assert.NotEqual(weights.Uniform([10], 1).data<float>().ToArray(), weights.Uniform([10], 1).data<float>().ToArray());
    }

    [Theory, InlineData(1), InlineData(2), InlineData(4095), InlineData(4097), InlineData(8193)]
    public void Normal_values_of_any_number_are_finite_and_begin_alike(int count)
    {
        using var scope = torch.NewDisposeScope();

        var values = new Initialization(9).Normal([count], 1).data<float>().ToArray();

        Assert.All(values, v => Assert.True(float.IsFinite(v) && Math.Abs(v) < 6));
        Assert.True(count < 1000 || Math.Abs(Deviation(values) - 1) < 0.05);
    }

    private static double Deviation(float[] values)
    {
        var mean = values.Average();
        return Math.Sqrt(values.Average(v => Math.Pow(v - mean, 2)));
    }
}
