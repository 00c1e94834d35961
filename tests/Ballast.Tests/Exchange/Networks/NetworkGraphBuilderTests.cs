using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using static Ballast.Tests.Exchange.Networks.SampleNetworks;

namespace Ballast.Tests.Exchange.Networks;

/// <summary>The static form of a network and its builder.</summary>
public sealed class NetworkGraphBuilderTests
{
    [Fact]
    public void Shapes_are_known_at_every_step()
    {
        var graph = new NetworkGraphBuilder();
        var x = graph.Input("image", [3, 32, 30]);

        var conv = graph.Conv2d("conv", x, Weight("w", 8, 3, 3, 3), stride: 2, padding: 1);
        var pool = graph.MaxPool2d(conv, 2);
        var flat = graph.Flatten(pool);

        Assert.Equal([8, 16, 15], graph.ShapeOf(conv));
        Assert.Equal([8, 8, 7], graph.ShapeOf(pool));
        Assert.Equal([448], graph.ShapeOf(flat));
        Assert.Equal("Float32 [n, 448]", graph.TypeOf(flat).ToString());
    }

    [Fact]
    public void A_layer_that_does_not_fit_is_refused_with_its_name()
    {
        var graph = new NetworkGraphBuilder();
        var x = graph.Input("x", [4]);

        Assert.Contains("'fc'", Assert.Throws<ArgumentException>(() => graph.Linear("fc", x, Weight("w", 3, 5))).Message, StringComparison.Ordinal);
        Assert.Contains("'conv'", Assert.Throws<ArgumentException>(() => graph.Conv2d("conv", x, Weight("c", 3, 5, 1, 1))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => graph.Linear("fc", x, Weight("w", 3, 4), Weight("b", 4)));
        Assert.Throws<ArgumentException>(() => graph.Reshape(x, [5]));
        Assert.Throws<ArgumentException>(() => graph.Softmax(x, axis: 3));
    }

    [Fact]
    public void Samples_are_never_mixed()
    {
        var graph = new NetworkGraphBuilder();
        var x = graph.Input("x", [4]);

        Assert.Throws<ArgumentException>(() => graph.Apply(new ReduceOperator(ReduceFunction.Mean, [0]), null, x));
        Assert.Throws<ArgumentException>(() => graph.Apply(new SoftmaxOperator(0), null, x));
        Assert.Throws<ArgumentException>(() => graph.Apply(new ConcatOperator(0), null, x, x));
        Assert.Throws<ArgumentException>(() => graph.Apply(new SliceOperator(0, 0, 1), null, x));
        Assert.Throws<ArgumentException>(() => graph.Add(x, graph.Constant(Weight("rows", 7, 4))));
    }

    [Fact]
    public void Names_stand_for_one_thing()
    {
        var graph = new NetworkGraphBuilder();
        var x = graph.Input("x", [4]);
        var first = graph.Linear("fc", x, Weight("w", 3, 4));

        Assert.Throws<ArgumentException>(() => graph.Linear("fc", x, Weight("v", 3, 4)));
        Assert.Throws<ArgumentException>(() => graph.Linear("other", x, new GraphTensor("w", [3, 4], new float[12])));
        Assert.NotEqual(first, graph.Linear("tied", x, Weight("w", 3, 4)));
        Assert.Equal(graph.Constant(Weight("c", 4)), graph.Constant(Weight("c", 4)));
    }

    [Fact]
    public void What_no_output_needs_is_left_out_and_constants_stand_before_their_first_use()
    {
        var graph = new NetworkGraphBuilder();
        var constant = graph.Constant(Weight("c", 4));
        var x = graph.Input("x", [4]);
        graph.Relu(x, "unused");
        graph.Output("y", graph.Add(graph.Tanh(x), constant));

        var built = graph.Build();

        Assert.Equal(["x", "tanh1", "c", "add1"], built.Nodes.Select(node => node.Name));
        Assert.Null(built.Find("unused"));
        Assert.Equal([new GraphValue(3)], built.ConsumersOf(built.Find("c")!.Value));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Networks_are_equal_when_every_bit_is(string name)
    {
        var (one, other) = (Get(name), Get(name));

        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        if (one.Tensors.Values.FirstOrDefault(tensor => tensor.Type == Ballast.Exchange.ElementType.Float32) is { } tensor)
        {
            var values = tensor.Values.ToArray();
            values[^1] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(values[^1]) ^ 1);
            var changed = one.WithTensors([new GraphTensor(tensor.Name, tensor.Shape, values)]);
            Assert.NotNull(one.DifferenceFrom(changed));
            Assert.Equal(one, changed.WithTensors([tensor]));
        }
    }

    [Fact]
    public void Replaced_weights_must_be_of_the_same_kind()
    {
        var graph = Get("perceptron");

        Assert.Throws<ArgumentException>(() => graph.WithTensors([Weight("fc1.weight", 8, 7)]));
        Assert.Throws<ArgumentException>(() => graph.WithTensors([Weight("fc9.weight", 8, 6)]));
    }

    [Fact]
    public void A_tensor_holds_as_many_values_as_its_shape_says()
    {
        Assert.Throws<ArgumentException>(() => new GraphTensor("t", [2, 3], new float[5]));
        Assert.Throws<ArgumentException>(() => new GraphTensor("t", [Extents.Batch], new float[1]));
        Assert.Equal(long.MaxValue, Extents.Repeat(int.MaxValue, 4).Product);
    }

    public static TheoryData<string> Networks => Names;
}
