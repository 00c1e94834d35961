using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;
using Ballast.Learning.Onnx;
using Ballast.Robustness.Bounds.Steps;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Ballast.Robustness.Bounds;

/// <summary>Makes the steps of a network: one of few kinds for each operator that has a bound.</summary>
internal sealed class StepBuilder(NetworkGraph graph, IReadOnlyDictionary<string, Tensor>? replacements, ScalarType unlessReplaced = ScalarType.Float64)
{
    private readonly List<BoundStep> steps = [];
    private readonly int[] places = new int[graph.Nodes.Count];
    private readonly Dictionary<string, Tensor> tensors = [];

    private readonly ScalarType type = replacements is { Count: > 0 } ? replacements.Values.First().dtype : unlessReplaced;
    private readonly Device device = replacements is { Count: > 0 } ? replacements.Values.First().device : CPU;

    public BoundedNetwork Build()
    {
        if (graph.Inputs.Count != 1 || graph.Outputs.Count == 0)
            throw new ArgumentException($"The network has {graph.Inputs.Count} inputs and {graph.Outputs.Count} outputs; bounds are for one input.");
        using var scope = NewDisposeScope();
        var last = graph.Outputs[0].Value.Index;
        for (var i = 0; i <= last; i++)
            places[i] = Place(graph.Nodes[i]);
        // Steps after the result, and steps it does not need, were never added; the result is the last step.
        if (places[last] != steps.Count - 1)
            Add(new RearrangementStep("output", [places[last]], steps[places[last]].Shape, x => x[0].alias(), coefficients => [coefficients]));
        var kept = scope.DisposablesView;
        scope.Detach(kept);
        return new BoundedNetwork(steps, type, device, kept);
    }

    private int Place(GraphNode node)
    {
        if (node.Operator is ConstantOperator)
            return -1;
        if (node.Shape.Count == 0 || node.Shape[0] != Extents.Batch)
            throw Unsupported(node, $"its result {node.Type} does not begin with the batch");
        var shape = node.SampleShape.ToLongs();
        var x = node.Inputs.Count > 0 ? places[node.Inputs[0].Index] : -1;
        return node.Operator switch
        {
            InputOperator => Add(new InputStep(node.Name, shape)),
            BinaryOperator binary => Arithmetic(node, binary, shape),
            ConcatOperator concat => Add(Joined(node, concat, shape)),
            _ when x < 0 => throw Unsupported(node, "it is applied to a constant"),
            LinearOperator linear => Add(new LinearStep(node.Name, x, shape, Tensor(node, linear.Weight), linear.Bias is null ? null : Tensor(node, linear.Bias))),
            ConvOperator { Window.Rank: 2 } conv => Add(new ConvolutionStep(
                node.Name, x, steps[x].Shape, shape, Tensor(node, conv.Weight), conv.Bias is null ? null : Tensor(node, conv.Bias), conv.Window, conv.Groups)),
            BatchNormOperator norm => Add(new BatchNormStep(node.Name, x, shape, norm, tensor => Tensor(node, tensor))),
            ReluOperator => Add(new ReluStep(node.Name, x, shape)),
            ClipOperator { Low: 0, High: double.PositiveInfinity } => Add(new ReluStep(node.Name, x, shape)),
            LeakyReluOperator { Slope: >= 0 and <= 1 } leaky => Add(new ReluStep(node.Name, x, shape, leaky.Slope)),
            SigmoidOperator => Add(new SigmoidalStep(node.Name, x, shape, Sigmoidal.Logistic)),
            TanhOperator => Add(new SigmoidalStep(node.Name, x, shape, Sigmoidal.Tangent)),
            AveragePoolOperator { Window.Rank: 2 } pool => Add(new AveragePoolStep(node.Name, x, steps[x].Shape, shape, pool.Window, pool.Padding, type, device)),
            GlobalAveragePoolOperator when shape.Length == 3 => Add(new AveragePoolStep(
                node.Name, x, steps[x].Shape, shape, SlidingWindow.Uniform([(int)steps[x].Shape[1], (int)steps[x].Shape[2]]), PoolPadding.Included, type, device)),
            MaxPoolOperator { Window.Rank: 2 } pool => Add(new MaxPoolStep(node.Name, x, steps[x].Shape, shape, pool.Window)),
            GlobalMaxPoolOperator when shape.Length == 3 => Add(new MaxPoolStep(
                node.Name, x, steps[x].Shape, shape, SlidingWindow.Uniform([(int)steps[x].Shape[1], (int)steps[x].Shape[2]]))),
            ReshapeOperator => Add(new RearrangementStep(node.Name, [x], shape, Reshaped(shape), Reversed(Reshaped(steps[x].Shape)))),
            TransposeOperator { Permutation: var order } when order[0] == 0 => Add(Transposed(node, order, x, shape)),
            SelectOperator { Axis: > 0 } chosen => Add(Chosen(node, chosen.Axis, [.. chosen.Indices], x, shape)),
            SliceOperator { Axis: > 0 } slice => Add(Chosen(node, slice.Axis, [.. Enumerable.Range(0, slice.Count).Select(i => slice.Start + i * slice.Step)], x, shape)),
            PadOperator { Mode: PadMode.Constant, Value: 0 } pad when pad.Before.Concat(pad.After).All(count => count >= 0) && pad.Before[0] == 0 && pad.After[0] == 0 => Add(Padded(node, pad, x, shape)),
            EmbeddingOperator embedding => Add(new EmbeddingStep(node.Name, x, shape, Tensor(node, embedding.Table))),
            DropoutOperator => x,
            _ => throw Unsupported(node, "there is no bound for it"),
        };
    }

    private int Add(BoundStep step)
    {
        steps.Add(step);
        return steps.Count - 1;
    }

    private int Arithmetic(GraphNode node, BinaryOperator binary, long[] shape)
    {
        var (a, b) = (node.Inputs[0], node.Inputs[1]);
        var (left, right) = (graph[a].Operator as ConstantOperator, graph[b].Operator as ConstantOperator);
        if (left is null && right is null)
        {
            if (binary is not (AddOperator or SubtractOperator))
                throw Unsupported(node, "there is no bound for it on two computed values");
            if (!graph[a].SampleShape.Equals(node.SampleShape) || !graph[b].SampleShape.Equals(node.SampleShape))
                throw Unsupported(node, "its operands differ in shape");
            return Add(new SumStep(node.Name, places[a.Index], places[b.Index], shape, binary is AddOperator ? 1 : -1));
        }
        if (left is not null && right is not null)
            throw Unsupported(node, "it is applied to constants");
        var x = places[(left is null ? a : b).Index];
        if (!steps[x].Shape.AsSpan().SequenceEqual(shape))
            throw Unsupported(node, "it repeats its operand");
        var constant = Tensor(node, (left ?? right)!.Value);
        // The batch axis of a constant is one of extent 1, if it has one at all.
        if (constant.dim() > shape.Length)
            constant = constant.shape[..(int)(constant.dim() - shape.Length)].All(extent => extent == 1)
                ? constant.reshape(constant.shape[(int)(constant.dim() - shape.Length)..])
                : throw Unsupported(node, "its constant differs between samples");
        return Add(binary switch
        {
            AddOperator => new ScaleStep(node.Name, x, shape, null, constant),
            SubtractOperator when right is not null => new ScaleStep(node.Name, x, shape, null, -constant),
            SubtractOperator => new ScaleStep(node.Name, x, shape, -ones([1], type, device), constant),
            MultiplyOperator => new ScaleStep(node.Name, x, shape, constant, null),
            DivideOperator when right is not null => new ScaleStep(node.Name, x, shape, constant.reciprocal(), null),
            _ => throw Unsupported(node, "there is no bound for it"),
        });
    }

    private RearrangementStep Joined(GraphNode node, ConcatOperator concat, long[] shape)
    {
        int[] inputs = [.. node.Inputs.Select(input => places[input.Index])];
        if (concat.Axis == 0 || inputs.Any(input => input < 0))
            throw Unsupported(node, "it joins constants or samples");
        var extents = inputs.Select(input => steps[input].Shape[concat.Axis - 1]).ToArray();
        return new RearrangementStep(
            node.Name, inputs, shape, x => cat([.. x], concat.Axis),
            coefficients => [.. extents.Select((extent, i) => coefficients.narrow(concat.Axis, extents.Take(i).Sum(), extent))]);
    }

    private static RearrangementStep Transposed(GraphNode node, Extents order, int x, long[] shape)
    {
        var (there, back) = (order.ToLongs(), new long[order.Count]);
        for (var axis = 0; axis < back.Length; axis++)
            back[there[axis]] = axis;
        return new RearrangementStep(node.Name, [x], shape, values => values[0].permute(there), coefficients => [coefficients.permute(back)]);
    }

    private RearrangementStep Chosen(GraphNode node, int axis, long[] indices, int x, long[] shape)
    {
        var (chosen, from) = (tensor(indices, device: device), steps[x].Shape);
        return new RearrangementStep(
            node.Name, [x], shape, values => values[0].index_select(axis, chosen),
            coefficients => [zeros([coefficients.shape[0], .. from], coefficients.dtype, coefficients.device).index_add(axis, chosen, coefficients, 1)])
        { RepeatedUse = indices.GroupBy(index => index).Max(group => group.Count()) };
    }

    private RearrangementStep Padded(GraphNode node, PadOperator pad, int x, long[] shape)
    {
        var from = steps[x].Shape;
        long[] pads = [.. Enumerable.Range(1, from.Length).Reverse().SelectMany(axis => new long[] { pad.Before[axis], pad.After[axis] })];
        return new RearrangementStep(
            node.Name, [x], shape, values => F.pad(values[0], pads, TorchSharp.PaddingModes.Constant, 0),
            coefficients => [Enumerable.Range(1, from.Length).Aggregate(coefficients, (cut, axis) => cut.narrow(axis, pad.Before[axis], from[axis - 1]))]);
    }

    private static Func<IReadOnlyList<Tensor>, Tensor> Reshaped(long[] shape) => x => x[0].reshape([x[0].shape[0], .. shape]);

    private static Func<Tensor, IReadOnlyList<Tensor>> Reversed(Func<IReadOnlyList<Tensor>, Tensor> map) => coefficients => [map([coefficients])];

    private Tensor Tensor(GraphNode node, GraphTensor weight)
    {
        if (tensors.TryGetValue(weight.Name, out var known))
            return known;
        if (replacements is not null && replacements.TryGetValue(weight.Name, out var given))
            return tensors[weight.Name] = given;
        var converted = GraphTensors.ToTorch(weight).to(type, device);
        if (weight.Count > 0 && !converted.isfinite().all().item<bool>())
            throw new ArgumentException($"Tensor '{weight.Name}' of node '{node.Name}' holds numbers that are not finite.");
        return tensors[weight.Name] = converted;
    }

    private static NotSupportedException Unsupported(GraphNode node, string why) =>
        new($"Node '{node.Name}' ({node.Operator.GetType().Name[..^"Operator".Length]}) cannot be bounded: {why}.");
}
