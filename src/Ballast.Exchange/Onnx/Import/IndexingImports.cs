using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;

namespace Ballast.Exchange.Onnx.Import;

/// <summary>Operators that take parts, join them, or add to them.</summary>
internal static class IndexingImports
{
    public static IReadOnlyDictionary<string, Func<OnnxNode, OnnxValue>> All { get; } = new Dictionary<string, Func<OnnxNode, OnnxValue>>
    {
        ["Concat"] = Concat,
        ["Slice"] = Slice,
        ["Split"] = Split,
        ["Gather"] = Gather,
        ["Pad"] = Pad,
    };

    private static OnnxValue Concat(OnnxNode node)
    {
        var axis = node.Axis(node.Int("axis", 0), node.TypeOf(0).Shape.Count);
        return node.InputCount == 1 ? node.Operand(0) : node.Apply(new ConcatOperator(axis), [.. Enumerable.Range(0, node.InputCount).Select(node.Value)]);
    }

    private static OnnxValue Slice(OnnxNode node)
    {
        var shape = node.TypeOf(0).Shape;
        var starts = node.Integers("starts", 1) ?? throw node.Unsupported("no starts", "some");
        var ends = node.Integers("ends", 2) ?? throw node.Unsupported("no ends", "some");
        var axes = node.Integers("axes", 3) ?? [.. Enumerable.Range(0, starts.Length).Select(axis => (long)axis)];
        var steps = node.Integers(4) ?? [.. Enumerable.Repeat(1L, starts.Length)];
        if (starts.Length != ends.Length || starts.Length != axes.Length || starts.Length != steps.Length || steps.Contains(0))
            throw node.Unsupported($"{starts.Length} starts, {ends.Length} ends, {axes.Length} axes, {steps.Length} steps", "as many of each, and no step 0");
        _ = node.Axes(axes, shape.Count);
        var ranges = axes.Select((axis, i) => Range(node, shape, node.Axis(axis, shape.Count), starts[i], ends[i], steps[i])).OfType<SliceOperator>().ToArray();
        if (ranges.Length == 0)
            return node.Operand(0);
        var value = node.Value(0);
        foreach (var range in ranges[..^1])
            value = node.Part($"axis{range.Axis}", range, value);
        return node.Apply(ranges[^1], value);
    }

    // Null where the whole axis is taken in order.
    private static SliceOperator? Range(OnnxNode node, Extents shape, int axis, long start, long end, long step)
    {
        if (shape[axis] == Extents.Batch)
            return start == 0 && step == 1 && end >= int.MaxValue ? null : throw node.Unsupported($"{start} to {end} in steps of {step} of the batch", "all samples");
        var extent = shape[axis];
        start = Math.Clamp(start < 0 ? start + extent : start, 0, step > 0 ? extent : extent - 1);
        end = Math.Clamp(end < 0 ? end + extent : end, step > 0 ? 0 : -1, extent);
        var distance = step > 0 ? end - start : start - end;
        var stride = step == long.MinValue ? long.MaxValue : Math.Abs(step);
        var count = distance <= 0 || extent == 0 ? 0 : (int)((distance - 1) / stride + 1);
        if (count == extent && step == 1)
            return null;
        return new SliceOperator(axis, count == 0 ? 0 : (int)start, count, count <= 1 ? 1 : (int)step);
    }

    private static OnnxValue Split(OnnxNode node)
    {
        var shape = node.TypeOf(0).Shape;
        var axis = node.Axis(node.Int("axis", 0), shape.Count);
        var outputs = node.Int("num_outputs", node.OutputCount);
        var extent = shape[axis] != Extents.Batch ? shape[axis] : throw node.Unsupported("the batch cut into parts", "another axis");
        if (outputs != node.OutputCount)
            throw node.Unsupported($"{outputs} parts", $"{node.OutputCount} as it has outputs");
        var part = (extent + outputs - 1) / outputs;
        var sizes = node.Integers("split", 1) ?? [.. Enumerable.Range(0, node.OutputCount).Select(i => Math.Clamp(extent - i * part, 0, part))];
        if (sizes.Length != node.OutputCount || sizes.Any(size => size < 0 || size > extent) || sizes.Sum() != extent)
            throw node.Unsupported($"parts {string.Join(", ", sizes)} of {extent}", $"{node.OutputCount} parts of the whole axis");
        var (first, start) = (default(OnnxValue), 0L);
        for (var i = 0; i < sizes.Length; start += sizes[i++])
        {
            if (!node.HasOutput(i))
                continue;
            var value = sizes[i] == extent ? node.Operand(0) : node.Apply(new SliceOperator(axis, sizes[i] == 0 ? 0 : (int)start, (int)sizes[i]), node.OutputName(i), [node.Value(0)]);
            if (i == 0)
                first = value;
            else
                node.Define(i, value);
        }
        return first!;
    }

    private static OnnxValue Gather(OnnxNode node)
    {
        var data = node.TypeOf(0);
        var axis = node.Axis(node.Int("axis", 0), data.Shape.Count);
        if (node.Constant(1) is { IsReal: false } indices && !node.Operand(1).IsSymbolic && indices.Count <= ShapeImports.SmallCount * 64)
            return Select(node, data.Shape, axis, indices);
        if (axis == 0 && node.Constant(0) is { IsReal: true, Shape.Count: 2 } table)
            return node.Apply(new EmbeddingOperator(node.Import.Owned(table)), Codes(node));
        return node.Apply(new GatherOperator(axis), node.Value(0), node.Value(1));
    }

    // Codes are truncated by the embedding itself.
    private static GraphValue Codes(OnnxNode node)
    {
        var codes = node.Value(1);
        var cast = node.Import.NodeOf(codes);
        return cast.Operator is CastOperator { To: ElementType.Int64 or ElementType.Int32 } ? cast.Inputs[0] : codes;
    }

    private static OnnxValue Select(OnnxNode node, Extents shape, int axis, GraphTensor indices)
    {
        var extent = shape[axis] != Extents.Batch ? shape[axis] : throw node.Unsupported("chosen samples of the batch", "another axis");
        var chosen = indices.Integers.ToArray().Select(index => index >= -extent && index < extent ? (int)(index < 0 ? index + extent : index) : throw node.Unsupported($"index {index}", $"{-extent} to {extent - 1}"));
        var select = new SelectOperator(axis, Extents.Of(chosen));
        return indices.Shape.Count == 1 ? node.Apply(select, node.Value(0))
            : node.Apply(new ReshapeOperator([.. shape.Take(axis), .. indices.Shape, .. shape.Skip(axis + 1)]), node.Part("chosen", select, node.Value(0)));
    }

    private static OnnxValue Pad(OnnxNode node)
    {
        var shape = node.TypeOf(0).Shape;
        var pads = node.Integers("pads", 1) ?? throw node.Unsupported("no pads", "some");
        var axes = node.Integers(3) is { } given ? given.Select(axis => node.Axis(axis, shape.Count)).ToArray() : [.. Enumerable.Range(0, shape.Count)];
        if (pads.Length != 2 * axes.Length)
            throw node.Unsupported($"{pads.Length} pads", $"{2 * axes.Length}");
        var (before, after) = (Extents.Repeat(0, shape.Count), Extents.Repeat(0, shape.Count));
        for (var i = 0; i < axes.Length; i++)
            (before, after) = (before.With(axes[i], node.Whole(pads[i])), after.With(axes[i], node.Whole(pads[i + axes.Length])));
        var mode = node.Text("mode") switch
        {
            null or "constant" => PadMode.Constant,
            "reflect" => PadMode.Reflect,
            "edge" => PadMode.Edge,
            var other => throw node.Unsupported($"mode '{other}'", "constant, reflect or edge"),
        };
        var value = node.Float("value") ?? node.Number(2) ?? 0;
        return pads.All(pad => pad == 0) ? node.Operand(0) : node.Apply(new PadOperator(before, after, mode, mode == PadMode.Constant ? (float)value : 0), node.Value(0));
    }
}
