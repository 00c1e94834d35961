using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Exchange.Onnx;
using Ballast.Exchange.Onnx.Protobuf;
using Ballast.Tests.Shared;
using Google.Protobuf;
using static Ballast.Tests.Exchange.Networks.SampleNetworks;

namespace Ballast.Tests.Exchange.Onnx;

/// <summary>What exporters write in many ways is read as what was meant, and what is not supported is named.</summary>
public sealed class OnnxGraphReaderTests
{
    [Theory]
    [InlineData("product bias")]
    [InlineData("bias product")]
    public void A_product_by_a_constant_and_a_constant_sum_are_one_linear_layer(string operands)
    {
        var weight = Weight("W", 4, 3);
        var graph = new OnnxProto().Input("x", -1, 4).Weight(weight).Weight(Weight("bias", 1, 3))
            .Node("MatMul", "product", "x W").Node("Add", "y", operands).Output("y").Read();

        var linear = Assert.IsType<LinearOperator>(graph.Nodes[^1].Operator);

        Assert.Equal(2, graph.Nodes.Count);
        Assert.Equal([3, 4], linear.Weight.Shape);
        Assert.Equal(weight.Values.Span[1 * 3 + 2], linear.Weight.Values.Span[2 * 4 + 1]);
        Assert.Equal([3], linear.Bias!.Shape);
    }

    [Fact]
    public void A_product_that_something_else_looks_at_stays_a_layer_of_its_own()
    {
        var graph = new OnnxProto().Input("x", -1, 4).Weight(Weight("W", 4, 3)).Weight(Weight("b", 3))
            .Node("MatMul", "product", "x W").Node("Add", "y", "product b").Output("y").Output("product").Read();

        Assert.Contains(graph.Nodes, node => node.Operator is LinearOperator { Bias: null });
        Assert.Contains(graph.Nodes, node => node.Operator is AddOperator);
    }

    [Fact]
    public void A_matrix_times_a_vector_is_a_linear_layer_too()
    {
        var graph = new OnnxProto().Input("x", 4).Weight(Weight("W", 3, 4)).Weight(Weight("b", 3))
            .Node("MatMul", "product", "W x").Node("Add", "y", "product b").Output("y").Read(new OnnxReadOptions { InputShapes = new Dictionary<string, Extents> { ["x"] = [4] } });

        Assert.Equal(Weight("W", 3, 4), Assert.IsType<LinearOperator>(graph.Nodes[^1].Operator).Weight);
    }

    [Fact]
    public void A_sum_after_a_layer_without_bias_stays_as_the_network_has_it()
    {
        var builder = new NetworkGraphBuilder();
        var h = builder.Linear("fc", builder.Input("x", [4]), Weight("fc.weight", 3, 4));
        builder.Output("y", builder.Add(h, builder.Parameter(Weight("offset", 3))));
        var graph = builder.Build();

        Assert.Null(graph.DifferenceFrom(OnnxBytes.Read(OnnxBytes.Of(graph))));
    }

    [Fact]
    public void Computations_on_shapes_are_done_while_reading()
    {
        // x.view(x.size(0), -1), as torch exported it for years.
        var graph = new OnnxProto(9).Input("x", -1, 3, 4, 4).Integers("minus", -1).Weight(new GraphTensor("zero", Extents.None, new long[1]))
            .Node("Shape", "shape", "x").Node("Gather", "n", "shape zero").Node("Unsqueeze", "list", "n", OnnxProto.Ints("axes", 0))
            .Node("Concat", "target", "list minus", OnnxProto.Int("axis", 0)).Node("Reshape", "y", "x target").Output("y").Read();

        Assert.Equal(new ReshapeOperator([Extents.Batch, 48]), graph.Nodes[^1].Operator);
        Assert.Equal(2, graph.Nodes.Count);
    }

    [Fact]
    public void A_network_exported_for_one_sample_takes_any_number()
    {
        var model = new OnnxProto().Input("x", 1, 2, 3).Integers("flat", 1, 6).Weight(Weight("W", 5, 6)).Node("Reshape", "h", "x flat").Node("Gemm", "y", "h W", OnnxProto.Int("transB", 1)).Output("y");

        var free = model.Read();
        var asWritten = model.Read(new OnnxReadOptions { Batch = OnnxBatchAxis.AsWritten });

        Assert.Equal([Extents.Batch, 5], free[free.Outputs[0].Value].Shape);
        Assert.Equal([1, 5], asWritten[asWritten.Outputs[0].Value].Shape);
    }

    [Fact]
    public void Where_one_sample_is_all_the_network_can_take_its_shape_stands()
    {
        var graph = new OnnxProto(11).Input("x", 1, 4).Node("Squeeze", "y", "x", OnnxProto.Ints("axes", 0)).Output("y").Read();

        Assert.Equal([4], graph[graph.Outputs[0].Value].Shape);
    }

    [Fact]
    public void Activations_written_out_are_recognised()
    {
        var graph = new OnnxProto().Input("x", -1, 4)
            .Number("root", MathF.Sqrt(2)).Number("one", 1).Number("half", 0.5f).Number("steep", 1.702f)
            .Node("Sigmoid", "s", "x").Node("Mul", "silu", "x s").Output("silu")
            .Node("Softplus", "p", "x").Node("Tanh", "t", "p").Node("Mul", "mish", "t x").Output("mish")
            .Node("Div", "d", "x root").Node("Erf", "e", "d").Node("Add", "a", "e one").Node("Mul", "m", "x a").Node("Mul", "gelu", "m half").Output("gelu")
            .Node("Mul", "k", "x steep").Node("Sigmoid", "q", "k").Node("Mul", "quick", "x q").Output("quick").Read();

        Assert.Equal(
            [new SiluOperator(), new MishOperator(), new GeluOperator(GeluApproximation.None), new MultiplyOperator()],
            graph.Outputs.Select(output => graph[output.Value].Operator));
    }

    [Fact]
    public void A_column_of_codes_cast_and_gathered_is_an_embedding()
    {
        var graph = new OnnxProto().Input("x", -1, 3).Weight(Weight("table", 5, 2)).Integers("zero", 0).Integers("one", 1).Integers("axis", 1)
            .Node("Slice", "column", "x zero one axis").Node("Squeeze", "codes", "column axis").Node("Cast", "whole", "codes", OnnxProto.Int("to", 7)).Node("Gather", "y", "table whole").Output("y").Read();

        var embedding = graph[graph.Outputs[0].Value];
        Assert.IsType<EmbeddingOperator>(embedding.Operator);
        Assert.Equal("codes", graph[embedding.Inputs[0]].Name);
        Assert.DoesNotContain(graph.Nodes, node => node.Operator is CastOperator);
    }

    [Fact]
    public void Old_files_that_list_weights_among_the_inputs_are_read()
    {
        var graph = new OnnxProto(8).Input("x", -1, 4).Input("W", 4, 3).Weight(Weight("W", 4, 3)).Node("MatMul", "y", "x W").Output("y").Read();

        Assert.Single(graph.Inputs);
    }

    [Fact]
    public void What_is_not_supported_is_named_with_its_node()
    {
        AssertRefused("operator LSTM at node LSTM 'rnn'", new OnnxProto().Input("x", -1, 4).Node("LSTM", "rnn", "x x x").Output("rnn"));
        AssertRefused("attribute 'shiny' at node Relu 'y'", new OnnxProto().Input("x", -1, 4).Node("Relu", "y", "x", OnnxProto.Int("shiny", 1)).Output("y"));
        AssertRefused("ceil_mode", new OnnxProto().Input("x", -1, 1, 5, 5)
            .Node("AveragePool", "y", "x", OnnxProto.Ints("kernel_shape", 2, 2), OnnxProto.Ints("strides", 2, 2), OnnxProto.Int("ceil_mode", 1), OnnxProto.Int("count_include_pad", 1)).Output("y"));
        AssertRefused("samples may not be mixed", new OnnxProto().Input("x", -1, 4).Node("Softmax", "y", "x", OnnxProto.Int("axis", 0)).Output("y"));
        AssertRefused("open extent in axis 1", new OnnxProto().Input("x", -1, -1).Node("Relu", "y", "x").Output("y"));
        AssertRefused("'h', used by node Relu 'y' before", new OnnxProto().Input("x", -1, 4).Node("Relu", "y", "h").Node("Relu", "h", "x").Output("y"));
        AssertRefused("'y' twice", new OnnxProto().Input("x", -1, 4).Node("Relu", "y", "x").Node("Tanh", "y", "x").Output("y"));
        AssertRefused("operator set 99", new OnnxProto(99).Input("x", -1, 4).Node("Relu", "y", "x").Output("y"));
        AssertRefused("do not broadcast", new OnnxProto().Input("x", -1, 4).Input("z", -1, 5).Node("Sigmoid", "s", "z").Node("Mul", "y", "x s").Output("y"));
        var custom = new OnnxProto().Input("x", -1, 4).Node("Fused", "y", "x").Output("y");
        custom.Model.Graph.Node[0].Domain = "com.example";
        AssertRefused("com.example.Fused", custom);
    }

    [Fact]
    public void An_open_extent_can_be_given()
    {
        var graph = new OnnxProto().Input("x", -1, -1).Node("Relu", "y", "x").Output("y").Read(new OnnxReadOptions { InputShapes = new Dictionary<string, Extents> { ["x"] = [Extents.Batch, 7] } });

        Assert.Equal([7], graph[graph.Outputs[0].Value].SampleShape);
    }

    [Fact]
    public void A_tensor_that_claims_more_than_it_has_is_refused_before_memory_is_taken()
    {
        var model = new OnnxProto().Input("x", -1, 4).Weight(Weight("W", 4, 3)).Node("MatMul", "y", "x W").Output("y");
        model.Model.Graph.Initializer[0].Dims[0] = 500_000_000;
        var bytes = model.Bytes();
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<DataFormatException>(() => OnnxBytes.Read(bytes));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Weights_in_other_files_are_read_from_the_models_folder_alone()
    {
        using var folder = new TemporaryFolder();
        using var elsewhere = new TemporaryFolder();
        var values = Weight("W", 4, 3).Values.ToArray();
        var raw = System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        File.WriteAllBytes(folder.File("weights.bin"), [.. new byte[16], .. raw]);
        File.WriteAllBytes(elsewhere.File("weights.bin"), [.. new byte[16], .. raw]);
        File.CreateSymbolicLink(folder.File("link.bin"), elsewhere.File("weights.bin"));
        var path = folder.File("network.onnx");

        var graph = ReadWith("weights.bin", 16);

        Assert.Equal(values[1], ((LinearOperator)graph.Nodes[^1].Operator).Weight.Values.Span[4]);
        Assert.All(
            [(Path.Combine("..", Path.GetFileName(elsewhere.Path), "weights.bin"), 16), (elsewhere.File("weights.bin"), 16), ("link.bin", 16), ("weights.bin", 17), ("missing.bin", 0), ("", 0)],
            pair => Assert.Throws<DataFormatException>(() => ReadWith(pair.Item1, pair.Item2)));
        Assert.Throws<DataFormatException>(() => OnnxBytes.Read(File.ReadAllBytes(path)));

        NetworkGraph ReadWith(string location, int offset)
        {
            var model = new OnnxProto().Input("x", -1, 4).Weight(Weight("W", 4, 3)).Node("MatMul", "y", "x W").Output("y");
            var tensor = model.Model.Graph.Initializer[0];
            tensor.RawData = ByteString.Empty;
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
            tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = $"{offset}" });
            File.WriteAllBytes(path, model.Bytes());
            return OnnxGraphReader.Read(path);
        }
    }

    private static void AssertRefused(string said, OnnxProto model) =>
        Assert.Contains(said, Assert.Throws<DataFormatException>(() => model.Read()).Message, StringComparison.Ordinal);
}
