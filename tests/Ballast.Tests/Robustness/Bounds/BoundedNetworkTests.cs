using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Robustness.Bounds;
using static TorchSharp.torch;

namespace Ballast.Tests.Robustness.Bounds;

/// <summary>What cannot be bounded is refused by name, and what cannot be asked is said.</summary>
public sealed class BoundedNetworkTests
{
    [Fact]
    public void An_operator_without_a_bound_is_named_with_its_node()
    {
        var graph = new NetworkGraphBuilder();
        graph.Output("y", graph.Apply(new SoftmaxOperator(1), "probabilities", graph.Input("x", [3])));

        var error = Assert.Throws<NotSupportedException>(() => BoundedNetwork.From(graph.Build()));

        Assert.Contains("'probabilities' (Softmax)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_product_of_two_computed_values_is_refused()
    {
        var graph = new NetworkGraphBuilder();
        var x = graph.Input("x", [3]);
        graph.Output("y", graph.Multiply(x, graph.Relu(x), "product"));

        var error = Assert.Throws<NotSupportedException>(() => BoundedNetwork.From(graph.Build()));

        Assert.Contains("'product' (Multiply)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Weights_that_are_no_finite_numbers_are_refused(float value)
    {
        var graph = new NetworkGraphBuilder();
        graph.Output("y", graph.Linear("fc", graph.Input("x", [1]), new GraphTensor("fc.weight", [2, 1], new[] { 1f, value })));

        var error = Assert.Throws<ArgumentException>(() => BoundedNetwork.From(graph.Build()));

        Assert.Contains("'fc.weight'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_box_is_refused() =>
        Assert.Throws<ArgumentException>(() => new InputBox(tensor(new double[,] { { 0, 1 } }), tensor(new double[,] { { 1, 0 } })));

    [Fact]
    public void A_box_with_an_end_that_is_no_number_is_refused() =>
        Assert.Throws<ArgumentException>(() => new InputBox(tensor(new[,] { { 0, double.NaN } }), tensor(new double[,] { { 1, 1 } })));

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(1.5)]
    public void A_radius_that_is_negative_or_wider_than_the_range_is_refused(double epsilon) =>
        Assert.Throws<ArgumentException>(() => InputBox.Around(zeros(1, 2, dtype: float64), epsilon));

    [Fact]
    public void A_box_around_a_sample_holds_every_sum_of_the_sample_and_the_radius()
    {
        using var box = NewDisposeScope();
        var around = InputBox.Around(tensor(new[,] { { 0.1, 0.5, 0.95 } }), 0.1);

        Assert.True(around.Lower.data<double>()[0] <= 0);
        Assert.True(around.Lower.data<double>()[1] <= 0.4 && around.Lower.data<double>()[1] > 0.4 - 1e-15);
        Assert.True(around.Upper.data<double>()[1] >= 0.6);
        Assert.Equal(1, around.Upper.data<double>()[2]);
    }

    [Fact]
    public void A_box_of_another_shape_than_the_input_is_refused()
    {
        using var network = BoundedNetwork.From(RandomNetworks.Perceptron(1, inputs: 3, width: 4, layers: 1, outputs: 2));

        Assert.Throws<ArgumentException>(() => network.Bound(new InputBox(zeros(1, 4, dtype: float64), ones(1, 4, dtype: float64)), Specification.Outputs(2)));
    }

    [Fact]
    public void A_label_that_is_no_class_is_refused() => Assert.Throws<ArgumentException>(() => Specification.Margins([0, 3], 3));

    [Fact]
    public void Nominal_bounds_can_be_differentiated_by_the_weights()
    {
        using var scope = NewDisposeScope();
        var graph = RandomNetworks.Perceptron(1, inputs: 3, width: 6, layers: 2, outputs: 2);
        var weights = graph.Tensors.Values.ToDictionary(tensor => tensor.Name, tensor => TorchSharp.torch.tensor(tensor.ToDoubles()).to(float32).reshape(tensor.Shape.ToLongs()).requires_grad_());
        var box = new InputBox(zeros(2, 3), ones(2, 3));

        foreach (var method in new[] { BoundMethod.Ibp, BoundMethod.CrownIbp })
        {
            using var network = BoundedNetwork.From(graph, weights);
            var bounds = network.Bound(box, Specification.Margins([0, 1], 2), new BoundOptions { Method = method, Soundness = Soundness.Nominal });
            var gradients = autograd.grad([bounds.Lower.sum()], [.. weights.Values], allow_unused: true);

            Assert.Contains(gradients, gradient => gradient is not null && gradient.abs().sum().item<float>() > 0);
        }
    }
}
