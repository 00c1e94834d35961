namespace Ballast.Exchange.Networks.Operators;

/// <summary>The rules of shapes that operators share. Every one throws <see cref="ArgumentException"/> for what does not fit.</summary>
internal static class Shapes
{
    public static void Require(IReadOnlyList<TensorType> inputs, int least, int? most = null)
    {
        if (inputs.Count < least || inputs.Count > (most ?? least))
            throw new ArgumentException($"{inputs.Count} inputs were given; {(most is null ? $"{least}" : $"{least} to {most}")} are taken.");
    }

    public static TensorType Single(IReadOnlyList<TensorType> inputs)
    {
        Require(inputs, 1);
        return inputs[0];
    }

    public static (TensorType A, TensorType B) Pair(IReadOnlyList<TensorType> inputs)
    {
        Require(inputs, 2);
        return (inputs[0], inputs[1]);
    }

    public static TensorType Real(TensorType type) => type.IsReal ? type : throw new ArgumentException($"{type} is not of real numbers.");

    public static ElementType SameElement(TensorType a, TensorType b) =>
        a.Element == b.Element ? a.Element : throw new ArgumentException($"{a} and {b} are of different types.");

    public static void RequireRank(GraphTensor tensor, int rank)
    {
        if (tensor.Shape.Count != rank || !tensor.IsReal)
            throw new ArgumentException($"{tensor} must be of real numbers with {rank} axes.");
    }

    public static void RequireShape(GraphTensor? tensor, Extents shape)
    {
        if (tensor is not null && (!tensor.Shape.Equals(shape) || !tensor.IsReal))
            throw new ArgumentException($"{tensor} must be of real numbers with shape {shape}.");
    }

    // An axis whose extent does not depend on the batch.
    public static int FixedExtent(TensorType type, int axis)
    {
        if (axis < 0 || axis >= type.Shape.Count)
            throw new ArgumentException($"{type} has no axis {axis}.");
        return type.Shape[axis] != Extents.Batch ? type.Shape[axis] : throw new ArgumentException($"Axis {axis} of {type} is the batch: samples may not be mixed.");
    }

    public static Extents Broadcast(Extents a, Extents b) => TryBroadcast(a, b) ?? throw new ArgumentException($"{a} and {b} do not broadcast.");

    public static Extents? TryBroadcast(Extents a, Extents b)
    {
        var shape = new int[Math.Max(a.Count, b.Count)];
        for (var back = 1; back <= shape.Length; back++)
        {
            var x = back <= a.Count ? a[a.Count - back] : 1;
            var y = back <= b.Count ? b[b.Count - back] : 1;
            if (x != y && x != 1 && y != 1)
                return null;
            shape[^back] = x == 1 ? y : x;
        }
        return Extents.Of(shape);
    }

    public static Extents MatMul(Extents a, Extents b)
    {
        if (a.Count == 0 || b.Count == 0)
            throw new ArgumentException("A single number has no matrix product.");
        Extents left = a.Count == 1 ? [1, a[0]] : a;
        Extents right = b.Count == 1 ? [b[0], 1] : b;
        if (left[^1] != right[^2] || left[^1] == Extents.Batch)
            throw new ArgumentException($"{a} and {b} have no matrix product.");
        var stack = Broadcast(Extents.Of(left.SkipLast(2)), Extents.Of(right.SkipLast(2)));
        return [.. stack, .. a.Count == 1 ? Extents.None : [left[^2]], .. b.Count == 1 ? Extents.None : [right[^1]]];
    }

    public static TensorType Convolve(TensorType x, Extents weight, SlidingWindow window, int groups)
    {
        if (x.Shape.Count < 3 || weight.Count != x.Shape.Count || !weight.Skip(2).Equals(window.Kernel))
            throw new ArgumentException($"A weight of shape {weight} with {window} cannot slide over {x}.");
        if (groups < 1 || x.Shape[1] != (long)weight[1] * groups || weight[0] % groups != 0)
            throw new ArgumentException($"A weight of shape {weight} in {groups} groups does not fit the channels of {x}.");
        return x with { Shape = [x.Shape[0], weight[0], .. window.OutputExtents(x.Shape.AsSpan()[2..])] };
    }

    public static TensorType Pool(TensorType x, SlidingWindow window)
    {
        if (x.Shape.Count < 3)
            throw new ArgumentException($"{x} has no spatial axes.");
        return x with { Shape = [x.Shape[0], x.Shape[1], .. window.OutputExtents(x.Shape.AsSpan()[2..])] };
    }

    public static TensorType GlobalPool(TensorType x)
    {
        if (x.Shape.Count < 3 || x.Shape.Skip(2).HasBatch)
            throw new ArgumentException($"{x} has no spatial axes.");
        return x with { Shape = [x.Shape[0], x.Shape[1], .. Extents.Repeat(1, x.Shape.Count - 2)] };
    }

    public static TensorType Concat(IReadOnlyList<TensorType> inputs, int axis)
    {
        Require(inputs, 1, int.MaxValue);
        var total = 0L;
        foreach (var input in inputs)
        {
            total += FixedExtent(input, axis);
            if (input.Element != inputs[0].Element || input.Shape.Count != inputs[0].Shape.Count || !input.Shape.With(axis, 0).Equals(inputs[0].Shape.With(axis, 0)))
                throw new ArgumentException($"{inputs[0]} and {input} cannot be joined along axis {axis}.");
        }
        return total <= int.MaxValue ? inputs[0] with { Shape = inputs[0].Shape.With(axis, (int)total) } : throw new ArgumentException($"The joined axis would have {total} elements.");
    }

    public static TensorType Pad(TensorType x, Extents before, Extents after, PadMode mode)
    {
        if (before.Count != x.Shape.Count || after.Count != x.Shape.Count)
            throw new ArgumentException($"Padding {before} and {after} does not fit the axes of {x}.");
        var shape = x.Shape;
        for (var axis = 0; axis < shape.Count; axis++)
        {
            if (before[axis] == 0 && after[axis] == 0)
                continue;
            var extent = FixedExtent(x, axis);
            var padded = (long)extent + before[axis] + after[axis];
            if (padded < 0 || padded > int.MaxValue || (mode != PadMode.Constant && extent == 0) || (mode == PadMode.Reflect && Math.Max(before[axis], after[axis]) >= extent))
                throw new ArgumentException($"Axis {axis} of {x} cannot be padded by {before[axis]} and {after[axis]}.");
            shape = shape.With(axis, (int)padded);
        }
        return x with { Shape = shape };
    }
}
