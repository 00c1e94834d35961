using Ballast.Robustness.Bounds;
using Ballast.Robustness.Bounds.Steps;
using static TorchSharp.torch;

namespace Ballast.Robustness.Tightness;

/// <summary>How much of an interval's width at the output is the propagation's own doing: (|W_L ... W_1| e) / (|W_L| ... |W_1| e) for half-widths e of the input box.</summary>
/// <remarks>
/// Source: Mao, Müller, Fischer and Vechev (ICLR 2024), definitions 3.1 to 3.4. Of a ReLU network the linear network is that of the active neurons at a clean input (local), or all neurons (global), which understates trained
/// networks. Rows are merged into the last layer; batch normalisation counts with |s|. Radii are clamped at 1e-8, so that a dead network has ratio 1: show accuracy beside it. Found from the back, in two passes for each row.
/// </remarks>
public static class PropagationTightness
{
    private const double Least = 1e-8;

    /// <summary>Tightness of the linear network that is active at clean inputs.</summary>
    /// <param name="network">Linear steps, sums, rearrangements, ReLUs and leaky ReLUs.</param>
    /// <param name="inputs">[B, ...], clean.</param>
    /// <param name="box">[B, ...], whose half-widths are e.</param>
    /// <param name="specification">Rows.</param>
    /// <exception cref="NotSupportedException">A step is neither linear nor a ReLU; the message names it.</exception>
    public static TightnessBounds Local(BoundedNetwork network, Tensor inputs, InputBox box, Specification specification)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(inputs);
        return Of(network, Slopes(network, inputs.to(network.Type)), box, specification);
    }

    /// <summary>Tightness of the linear network in which every neuron is active.</summary>
    /// <param name="network">Linear steps, sums, rearrangements, ReLUs and leaky ReLUs.</param>
    /// <param name="box">[B, ...], whose half-widths are e.</param>
    /// <param name="specification">Rows.</param>
    /// <exception cref="NotSupportedException">A step is neither linear nor a ReLU; the message names it.</exception>
    public static TightnessBounds Global(BoundedNetwork network, InputBox box, Specification specification) => Of(network, null, box, specification);

    private static TightnessBounds Of(BoundedNetwork network, Dictionary<int, Tensor>? slopes, InputBox box, Specification specification)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(box);
        ArgumentNullException.ThrowIfNull(specification);
        using var scope = NewDisposeScope();
        var (boxes, count, last) = (box.Count, specification.Rows.shape[1], network.Steps.Count - 1);
        var rows = specification.Rows.to(network.Type).expand(boxes, -1, -1).reshape([boxes * count, .. network.Steps[last].Shape]);
        var (signed, absolute) = (new Tensor?[last + 1], new Tensor?[last + 1]);
        (signed[last], absolute[last]) = (rows, rows.abs());
        var merges = true;
        for (var i = last; i > 0; i--)
        {
            if (signed[i] is not { } a || absolute[i] is not { } b)
                continue;
            var step = network.Steps[i];
            if (step is ReluStep)
            {
                merges = false;
                // [B, ...] for each row of its box.
                var slope = slopes is null ? null : slopes[i].repeat_interleave(count, 0);
                Send(step.Inputs[0], slope is null ? a : a * slope, slope is null ? b : b * slope);
                continue;
            }
            var to = step.Transposed(a);
            // The last layer takes the rows in before its absolute values are taken.
            var toAbsolute = merges && step is AffineStep ? [.. to.Select(tensor => tensor.abs())] : step.TransposedAbsolute(b);
            merges = merges && step is not AffineStep && step.Inputs.Count == 1;
            for (var input = 0; input < step.Inputs.Count; input++)
                Send(step.Inputs[input], to[input], toAbsolute[input]);
        }
        var radius = ((box.Upper - box.Lower) / 2).to(network.Type).repeat_interleave(count, 0);
        Tensor Radius(Tensor?[] arrived, bool takesAbsolute) => arrived[0] is { } c ? ((takesAbsolute ? c.abs() : c) * radius).flatten(1).sum(1).reshape(boxes, count) : zeros([boxes, count], network.Type);
        var (optimal, layerwise) = (Radius(signed, true), Radius(absolute, false));
        var ratio = optimal.clamp_min(Least) / layerwise.clamp_min(Least);
        return new TightnessBounds(ratio.MoveToOuterDisposeScope(), optimal.MoveToOuterDisposeScope(), layerwise.MoveToOuterDisposeScope());

        void Send(int place, Tensor a, Tensor b) => (signed[place], absolute[place]) = (signed[place] is { } before ? before + a : a, absolute[place] is { } sum ? sum + b : b);
    }

    // 1 where a ReLU's input is above 0, else its slope below.
    private static Dictionary<int, Tensor> Slopes(BoundedNetwork network, Tensor inputs)
    {
        var values = new Tensor[network.Steps.Count];
        var slopes = new Dictionary<int, Tensor>();
        values[0] = inputs;
        for (var i = 1; i < values.Length; i++)
        {
            var step = network.Steps[i];
            if (step is ReluStep relu)
                slopes[i] = values[step.Inputs[0]].detach().gt(0).to_type(inputs.dtype) * (1 - relu.NegativeSlope) + relu.NegativeSlope;
            values[i] = step.Forward([.. step.Inputs.Select(input => values[input])]);
        }
        return slopes;
    }
}
