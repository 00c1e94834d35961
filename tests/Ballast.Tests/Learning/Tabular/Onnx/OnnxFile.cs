using System.Text;

namespace Ballast.Tests.Learning.Tabular.Onnx;

/// <summary>Writes tiny ONNX models byte by byte (protocol buffers, onnx.proto field numbers), so that the tests need no other tool.</summary>
internal static class OnnxFile
{
    internal const int Float = 1, Int64 = 7, String = 8;

    /// <summary>probabilities = Softmax(X W) with constant d x K weights.</summary>
    internal static byte[] Softmax(int features, float[] weights, int classes) => Model(
        [Node("MatMul", ["X", "W"], ["logits"]), Node("Softmax", ["logits"], ["probabilities"])],
        [Weights("W", [features, classes], weights)], [Value("X", Float, -1, features)], [Value("probabilities", Float, -1, classes)]);

    /// <summary>p = Sigmoid(X W) with constant d x 1 weights.</summary>
    internal static byte[] Sigmoid(int features, float[] weights) => Model(
        [Node("MatMul", ["X", "W"], ["logit"]), Node("Sigmoid", ["logit"], ["p"])],
        [Weights("W", [features, 1], weights)], [Value("X", Float, -1, features)], [Value("p", Float, -1, 1)]);

    /// <summary>p = Sigmoid(a - b) over two columns given as inputs of their own.</summary>
    internal static byte[] Columns(string first, string second) => Model(
        [Node("Sub", [first, second], ["difference"]), Node("Sigmoid", ["difference"], ["p"])], [],
        [Value(first, Float, -1, 1), Value(second, Float, -1, 1)], [Value("p", Float, -1, 1)]);

    /// <summary>label = the text of a column, unchanged.</summary>
    internal static byte[] Echo(string column) => Model([Node("Identity", [column], ["label"])], [], [Value(column, String, -1, 1)], [Value("label", String, -1, 1)]);

    /// <summary>output = X, which is no probability.</summary>
    internal static byte[] Raw(int features) => Model([Node("Identity", ["X"], ["y"])], [], [Value("X", Float, -1, features)], [Value("y", Float, -1, features)]);

    /// <summary>y = an operator of <paramref name="type"/> on X, in a node of that name.</summary>
    internal static byte[] Operator(string type, string node) => Model(
        [[.. Node(type, ["X"], ["y"]), .. Text(3, node)]], [], [Value("X", Float, -1, 4)], [Value("y", Float, -1, 4)]);

    private static byte[] Model(byte[][] nodes, byte[][] initializers, byte[][] inputs, byte[][] outputs)
    {
        byte[] graph = [.. nodes.SelectMany(n => Message(1, n)), .. Text(2, "g"), .. initializers.SelectMany(n => Message(5, n)), .. inputs.SelectMany(n => Message(11, n)), .. outputs.SelectMany(n => Message(12, n))];
        return [.. Number(1, 8), .. Message(7, graph), .. Message(8, [.. Text(1, ""), .. Number(2, 13)])];
    }

    private static byte[] Node(string type, string[] inputs, string[] outputs) => [.. inputs.SelectMany(name => Text(1, name)), .. outputs.SelectMany(name => Text(2, name)), .. Text(4, type)];

    private static byte[] Weights(string name, int[] shape, float[] values) =>
        [.. shape.SelectMany(extent => Number(1, extent)), .. Number(2, Float), .. Text(8, name), .. Message(9, [.. values.SelectMany(BitConverter.GetBytes)])];

    private static byte[] Value(string name, int type, params int[] shape)
    {
        byte[] dimensions = [.. shape.SelectMany(extent => Message(1, extent < 0 ? Text(2, "n") : Number(1, extent)))];
        return [.. Text(1, name), .. Message(2, Message(1, [.. Number(1, type), .. Message(2, dimensions)]))];
    }

    private static byte[] Text(int field, string text) => Message(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Message(int field, byte[] content) => [.. VarInt((ulong)(field << 3 | 2)), .. VarInt((ulong)content.Length), .. content];

    private static byte[] Number(int field, long value) => [.. VarInt((ulong)(field << 3)), .. VarInt((ulong)value)];

    private static IEnumerable<byte> VarInt(ulong value)
    {
        for (; value >= 128; value >>= 7)
            yield return (byte)(value & 127 | 128);
        yield return (byte)value;
    }
}
