using Ballast.Exchange.Networks;

namespace Ballast.Exchange.Onnx.Import;

/// <summary>Computes what exporters do with shapes (Shape, Gather, Concat, arithmetic, Where) while reading, with the batch size as an unknown.</summary>
internal static class OnnxFolding
{
    /// <summary>The result where all inputs are known whole numbers in at most one axis; null where the node is left to the network.</summary>
    public static OnnxValue? TryFold(OnnxNode node)
    {
        var count = node.InputCount;
        if (count == 0 || !Enumerable.Range(0, count).All(i => node.Constant(i) is { IsReal: false, Shape.Count: <= 1, Count: <= ShapeImports.SmallCount }))
            return null;
        var inputs = Enumerable.Range(0, count).Select(i => node.Constant(i)!).ToArray();
        var (x, type) = (inputs[0], inputs[0].Type);
        return node.Operator switch
        {
            "Add" => Combine(node, inputs, type, (a, b) => a + b),
            "Sub" => Combine(node, inputs, type, (a, b) => a - b),
            "Mul" => Combine(node, inputs, type, (a, b) => a * b, neutral: 1),
            "Div" when !inputs[1].Integers.Span.ContainsAny(0L, -1L) => Combine(node, inputs, type, (a, b) => a / b, neutral: 1),
            "Min" when count == 2 => Combine(node, inputs, type, Math.Min),
            "Max" when count == 2 => Combine(node, inputs, type, Math.Max),
            "Equal" => Combine(node, inputs, ElementType.Boolean, (a, b) => a == b ? 1 : 0, symbolic: 0),
            "Where" => Where(node, inputs),
            "Concat" when inputs.All(input => input.Shape.Count == 1) => Concat(node, inputs),
            "Gather" => Gather(node, inputs),
            "Slice" => Slice(node, inputs),
            "Range" when inputs.All(input => input.Count == 1) => Range(node, x.Integers.Span[0], inputs[1].Integers.Span[0], inputs[2].Integers.Span[0]),
            "Cast" => Cast(node, inputs[0]),
            "Squeeze" or "Unsqueeze" or "Reshape" when x.Count == 1 => Single(node, inputs),
            _ => null,
        };
    }

    private static OnnxValue Result(OnnxNode node, Extents shape, long[] values, ElementType type) => OnnxValue.Of(new GraphTensor(node.OutputName(0), shape, values, type));

    // The batch size stays itself under the neutral element and under comparison; any other arithmetic with it is none of a static graph's.
    private static OnnxValue? Combine(OnnxNode node, GraphTensor[] inputs, ElementType type, Func<long, long, long> function, long neutral = 0, long? symbolic = null)
    {
        var (a, b) = (inputs[0], inputs[1]);
        if (inputs.Length != 2 || (a.Count != b.Count && a.Count != 1 && b.Count != 1))
            return null;
        var wide = a.Count == b.Count ? a.Shape.Count >= b.Shape.Count ? a : b : a.Count != 1 ? a : b;
        var values = new long[wide.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var (left, right) = (a.Integers.Span[a.Count == 1 ? 0 : i], b.Integers.Span[b.Count == 1 ? 0 : i]);
            if (left != OnnxValue.BatchSize && right != OnnxValue.BatchSize)
                values[i] = unchecked(function(left, right));
            else if (symbolic is { } decided)
                values[i] = left == right ? 1 : decided;
            else if (right == neutral && node.Operator is not ("Min" or "Max"))
                values[i] = left;
            else if (left == neutral && node.Operator is "Add" or "Mul")
                values[i] = right;
            else
                throw node.Unsupported("arithmetic with the batch size", "samples that do not depend on it");
        }
        return Result(node, wide.Shape, values, type);
    }

    private static OnnxValue? Where(OnnxNode node, GraphTensor[] inputs)
    {
        if (inputs.Length != 3)
            return null;
        var wide = inputs.MaxBy(input => (input.Count != 1, input.Shape.Count))!;
        if (inputs.Any(input => input.Count != 1 && input.Count != wide.Count))
            return null;
        var values = new long[wide.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = At(inputs[At(inputs[0], i) != 0 ? 1 : 2], i);
        return Result(node, wide.Shape, values, inputs[1].Type);

        static long At(GraphTensor tensor, int i) => tensor.Integers.Span[tensor.Count == 1 ? 0 : i];
    }

    private static OnnxValue? Concat(OnnxNode node, GraphTensor[] inputs)
    {
        _ = node.Axis(node.Int("axis", 0), 1);
        long[] values = [.. inputs.SelectMany(input => input.Integers.ToArray())];
        return values.Length <= ShapeImports.SmallCount ? Result(node, [values.Length], values, inputs[0].Type) : null;
    }

    private static OnnxValue? Gather(OnnxNode node, GraphTensor[] inputs)
    {
        var extent = inputs[0].Count;
        if (inputs.Length != 2 || inputs[0].Shape.Count != 1)
            return null;
        _ = node.Axis(node.Int("axis", 0), 1);
        var values = inputs[1].Integers.ToArray().Select(index => index >= -extent && index < extent ? inputs[0].Integers.Span[(int)(index < 0 ? index + extent : index)] : throw node.Unsupported($"index {index}", $"{-extent} to {extent - 1}"));
        return Result(node, inputs[1].Shape, [.. values], inputs[0].Type);
    }

    private static OnnxValue? Slice(OnnxNode node, GraphTensor[] inputs)
    {
        if (inputs[0].Shape.Count != 1)
            return null;
        var (starts, ends, steps) = (node.Integers("starts", 1), node.Integers("ends", 2), node.Integers(4) ?? [1]);
        _ = node.Axes(node.Integers("axes", 3) ?? [0], 1);
        if (starts is not { Length: 1 } || ends is not { Length: 1 } || steps.Length != 1 || steps[0] <= 0)
            return null;
        var extent = inputs[0].Count;
        var (start, end) = (Math.Clamp(starts[0] < 0 ? starts[0] + extent : starts[0], 0, extent), Math.Clamp(ends[0] < 0 ? ends[0] + extent : ends[0], 0, extent));
        long[] values = [.. inputs[0].Integers.ToArray().Where((_, i) => i >= start && i < end && (i - start) % steps[0] == 0)];
        return Result(node, [values.Length], values, inputs[0].Type);
    }

    private static OnnxValue? Range(OnnxNode node, long start, long limit, long step)
    {
        if (step == 0 || start == OnnxValue.BatchSize || limit == OnnxValue.BatchSize || step == OnnxValue.BatchSize)
            throw node.Unsupported($"{start} to {limit} in steps of {step}", "a range that is known");
        var values = new List<long>();
        for (var value = start; (step > 0 ? value < limit : value > limit) && values.Count <= ShapeImports.SmallCount; value += step)
            values.Add(value);
        return values.Count <= ShapeImports.SmallCount ? Result(node, [values.Count], [.. values], ElementType.Int64) : null;
    }

    private static OnnxValue? Cast(OnnxNode node, GraphTensor input)
    {
        var to = OnnxTensors.ElementOf(node.Int("to", 0), $"the result of node {node.Label}", node.Import.File);
        return to is ElementType.Int64 or ElementType.Int32 ? Result(node, input.Shape, input.Integers.ToArray(), to)
            : to == ElementType.Boolean ? Result(node, input.Shape, Array.ConvertAll(input.Integers.ToArray(), value => value != 0 ? 1L : 0), to)
            : null;
    }

    // One number in no axis or in one.
    private static OnnxValue? Single(OnnxNode node, GraphTensor[] inputs)
    {
        Extents shape;
        if (node.Operator == "Reshape")
        {
            var target = inputs[1].Integers.Span;
            if (target.Length > 1 || (target.Length == 1 && target[0] is not (1 or -1)))
                return null;
            node.Int("allowzero", 0);
            shape = target.Length == 0 ? Extents.None : [1];
        }
        else
        {
            var axes = node.Integers("axes", 1);
            if (node.Operator == "Unsqueeze" && (inputs[0].Shape.Count != 0 || axes is not ([0] or [-1])))
                return null;
            shape = node.Operator == "Unsqueeze" ? [1] : Extents.None;
        }
        return Result(node, shape, inputs[0].Integers.ToArray(), inputs[0].Type);
    }
}
