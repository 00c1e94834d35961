using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;

namespace Ballast.Exchange.Onnx.Import;

/// <summary>Operators that move elements without changing them, by whole axes.</summary>
internal static class ShapeImports
{
    // Shapes and small index lists are computed while reading; anything longer is left to the network.
    internal const int SmallCount = 1024;

    private const int MaxRank = 32;

    public static IReadOnlyDictionary<string, Func<OnnxNode, OnnxValue>> All { get; } = new Dictionary<string, Func<OnnxNode, OnnxValue>>
    {
        ["Flatten"] = node => Reshape(node, Flattened(node, node.TypeOf(0).Shape, (int)Math.Clamp(FlattenAxis(node), 0, int.MaxValue))),
        ["Reshape"] = ReshapeTo,
        ["Squeeze"] = Squeeze,
        ["Unsqueeze"] = Unsqueeze,
        ["Transpose"] = Transpose,
        ["Expand"] = Expand,
        ["Shape"] = Shape,
        ["Constant"] = Constant,
        ["ConstantOfShape"] = ConstantOfShape,
    };

    /// <summary>The shape with all axes before <paramref name="axis"/> in one, and all from it on.</summary>
    public static Extents Flattened(OnnxNode node, Extents shape, int axis)
    {
        var (lead, tail) = (Extents.Of(shape.Take(axis)), shape.Skip(axis));
        if (tail.HasBatch || (lead.HasBatch && lead.Product != 1))
            throw node.Unsupported($"{shape} flattened at axis {axis}", "samples that stay apart");
        return [lead.HasBatch ? Extents.Batch : node.Whole(lead.Product), node.Whole(tail.Product)];
    }

    internal static OnnxValue Reshape(OnnxNode node, Extents shape) => shape.Count > MaxRank ? throw node.Unsupported($"{shape.Count} axes", $"at most {MaxRank}")
        : node.TypeOf(0).Shape.Equals(shape) ? node.Operand(0)
        : node.Constant(0) is { } constant && !node.Operand(0).IsSymbolic && !shape.HasBatch && constant.Count == shape.Product ? OnnxValue.Of(constant.Reshaped(shape).Named(node.OutputName(0)))
        : node.Apply(new ReshapeOperator(shape), node.Value(0));

    private static long FlattenAxis(OnnxNode node)
    {
        var (axis, rank) = (node.Int("axis", 1), node.TypeOf(0).Shape.Count);
        return axis >= -rank && axis <= rank ? axis < 0 ? axis + rank : axis : throw node.Unsupported($"axis {axis} of {rank} axes", $"{-rank} to {rank}");
    }

    private static OnnxValue ReshapeTo(OnnxNode node)
    {
        var zeroIsZero = node.Int("allowzero", 0) != 0;
        var wanted = node.Integers(1) ?? throw node.Unsupported("no shape", "one");
        var shape = node.TypeOf(0).Shape;
        var target = new int[wanted.Length];
        var open = -1;
        for (var axis = 0; axis < target.Length; axis++)
            switch (wanted[axis])
            {
                case OnnxValue.BatchSize: target[axis] = Extents.Batch; break;
                case 0 when !zeroIsZero: target[axis] = axis < shape.Count ? shape[axis] : throw node.Unsupported($"extent 0 at axis {axis} for {shape}", "an axis to copy"); break;
                case -1 when open < 0: open = axis; target[axis] = 1; break;
                case >= 0: target[axis] = node.Whole(wanted[axis]); break;
                default: throw node.Unsupported($"shape [{string.Join(", ", wanted)}]", "extents from 0 on and at most one -1");
            }
        return Reshape(node, Resolved(node, shape, target, open));
    }

    // Which extent is the batch, and what the open one is.
    private static Extents Resolved(OnnxNode node, Extents shape, int[] target, int open)
    {
        if (shape.HasBatch && !target.Contains(Extents.Batch))
        {
            if (open >= 0 && Extents.Of(target).Product == shape.Product)
            {
                target[open] = Extents.Batch;
                return Extents.Of(target);
            }
            if (target.Length > 0 && target[0] == 1 && open != 0)
                target[0] = Extents.Batch;
        }
        var known = Extents.Of(target);
        if (open >= 0)
        {
            if (known.Product == 0 || shape.Product % known.Product != 0)
                throw node.Unsupported($"{shape} in the shape {known} with an open axis {open}", "as many elements");
            known = known.With(open, node.Whole(shape.Product / known.Product));
        }
        return known;
    }

    private static OnnxValue Squeeze(OnnxNode node)
    {
        var shape = node.TypeOf(0).Shape;
        var axes = node.Integers("axes", 1) is { } given ? node.Axes(given, shape.Count) : Extents.Of(Enumerable.Range(0, shape.Count).Where(axis => shape[axis] == 1));
        return axes.All(axis => shape[axis] == 1)
            ? Reshape(node, Extents.Of(shape.Where((_, axis) => !axes.Contains(axis))))
            : throw node.Unsupported($"axes {axes} of {shape}", "extents of 1");
    }

    private static OnnxValue Unsqueeze(OnnxNode node)
    {
        var shape = node.TypeOf(0).Shape;
        var given = node.Integers("axes", 1) ?? throw node.Unsupported("no axes", "some");
        if (given.Length > MaxRank)
            throw node.Unsupported($"{given.Length} axes", $"at most {MaxRank}");
        var axes = node.Axes(given, shape.Count + given.Length);
        var rest = new Queue<int>(shape);
        return Reshape(node, Extents.Of(Enumerable.Range(0, shape.Count + axes.Count).Select(axis => axes.Contains(axis) ? 1 : rest.Dequeue()).ToArray()));
    }

    private static OnnxValue Transpose(OnnxNode node)
    {
        var rank = node.TypeOf(0).Shape.Count;
        var order = node.Ints("perm") is { } given ? node.List(given) : Extents.Of(Enumerable.Range(0, rank).Reverse());
        if (order.SequenceEqual(Enumerable.Range(0, rank)))
            return node.Operand(0);
        if (rank == 2 && order.SequenceEqual([1, 0]) && node.Constant(0) is { IsReal: true } matrix)
            return OnnxValue.Of(node.Import.Derived(matrix, "transposed", TensorLayout.Transpose));
        return node.Apply(new TransposeOperator(order), node.Value(0));
    }

    private static OnnxValue Expand(OnnxNode node)
    {
        var wanted = node.Integers(1) ?? throw node.Unsupported("no shape", "one");
        var target = Extents.Of(wanted.Select(extent => extent == OnnxValue.BatchSize ? Extents.Batch : extent >= 0 ? node.Whole(extent) : throw node.Unsupported($"extent {extent}", "extents from 0 on")));
        var shape = node.TypeOf(0).Shape;
        target = Shapes.TryBroadcast(shape, target) ?? throw node.Unsupported($"{shape} expanded to {target}", "shapes that broadcast");
        return shape.Equals(target) ? node.Operand(0) : node.Apply(new ExpandOperator(target), node.Value(0));
    }

    private static OnnxValue Shape(OnnxNode node)
    {
        var shape = node.TypeOf(0).Shape;
        var (start, end) = (Clamped(node.Int("start", 0)), Clamped(node.Int("end", shape.Count)));
        var extents = shape.Skip(start).Take(Math.Max(0, end - start)).Select(extent => extent == Extents.Batch ? OnnxValue.BatchSize : extent).ToArray();
        return OnnxValue.Of(new GraphTensor(node.OutputName(0), [extents.Length], extents));

        int Clamped(long axis) => (int)Math.Clamp(axis < 0 ? axis + shape.Count : axis, 0, shape.Count);
    }

    private static OnnxValue Constant(OnnxNode node)
    {
        if (node.Tensor("value") is { } tensor)
            return OnnxValue.Of(tensor);
        var name = node.OutputName(0);
        if (node.Attribute("value_float", Protobuf.AttributeProto.Types.AttributeType.Float) is { } single)
            return OnnxValue.Of(new GraphTensor(name, Extents.None, new[] { single.F }));
        if (node.Attribute("value_int", Protobuf.AttributeProto.Types.AttributeType.Int) is { } whole)
            return OnnxValue.Of(new GraphTensor(name, Extents.None, new[] { whole.I }));
        if (node.Attribute("value_floats", Protobuf.AttributeProto.Types.AttributeType.Floats) is { } singles)
            return OnnxValue.Of(new GraphTensor(name, [singles.Floats.Count], singles.Floats.ToArray()));
        if (node.Attribute("value_ints", Protobuf.AttributeProto.Types.AttributeType.Ints) is { } wholes)
            return OnnxValue.Of(new GraphTensor(name, [wholes.Ints.Count], wholes.Ints.ToArray()));
        throw node.Unsupported("no value", "a tensor or numbers");
    }

    // One number and a shape to repeat it to, so that a large shape takes no memory.
    private static OnnxValue ConstantOfShape(OnnxNode node)
    {
        var shape = node.Integers(0) ?? throw node.Unsupported("no shape", "one");
        var value = node.Tensor("value") ?? new GraphTensor(node.OutputName(0), Extents.None, new float[1]);
        if (value.Count != 1)
            throw node.Unsupported($"{value}", "one value");
        var target = Extents.Of(shape.Select(extent => extent == OnnxValue.BatchSize ? Extents.Batch : extent >= 0 ? node.Whole(extent) : throw node.Unsupported($"extent {extent}", "extents from 0 on")));
        if (!value.IsReal && !target.HasBatch && target.Count <= 1 && target.Product <= SmallCount)
            return OnnxValue.Of(new GraphTensor(node.OutputName(0), target, Enumerable.Repeat(value.Integers.Span[0], (int)target.Product).ToArray(), value.Type));
        var scalar = value.Reshaped(Extents.None).Named($"{node.OutputName(0)}/value");
        return target.Count == 0 ? OnnxValue.Of(scalar) : node.Apply(new ExpandOperator(target), node.Import.Materialise(OnnxValue.Of(scalar), node.Label));
    }
}
