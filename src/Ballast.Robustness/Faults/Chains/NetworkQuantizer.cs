using System.Numerics.Tensors;
using Ballast.Robustness.Faults.Integer;

namespace Ballast.Robustness.Faults.Chains;

/// <summary>Makes an int8 network of a float one: weights by channel, activations by tensor from the ranges of calibration rows; normalisation and activations are folded into the layers.</summary>
public static class NetworkQuantizer
{
    /// <summary>Quantises a chain.</summary>
    /// <param name="chain">The network.</param>
    /// <param name="calibration">Rows as the network sees them, a few hundred; labels are not used.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="NotSupportedException">A batch normalisation follows no layer, so that it cannot be folded; the message names it.</exception>
    /// <exception cref="ArgumentException">Rows do not fit the network, or its activations on them are not finite.</exception>
    public static QuantizedNetwork Quantize(NetworkChain chain, FaultInputs calibration, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(chain);
        ArgumentNullException.ThrowIfNull(calibration);
        var ranges = Ranges(chain, calibration, cancellation);
        var input = AffineScale.Of(ranges[0].Low, ranges[0].High);
        var (scale, stages) = (input, new List<QuantizedStage>());
        for (var s = 0; s < chain.Steps.Count; s++)
            switch (chain.Steps[s])
            {
                case ChainLayer layer:
                    var (low, high, last) = (double.NegativeInfinity, double.PositiveInfinity, s);
                    ChainNorm? norm = null;
                    if (chain.Steps.ElementAtOrDefault(last + 1) is ChainNorm own)
                        (norm, last) = (own, last + 1);
                    while (chain.Steps.ElementAtOrDefault(last + 1) is ChainClamp clamp)
                        // A clamp of what a clamp leaves: the later one decides where the two do not meet.
                        (low, high, last) = (Math.Min(Math.Max(low, clamp.Low), clamp.High), Math.Max(Math.Min(high, clamp.High), clamp.Low), last + 1);
                    var (stage, output) = Layer(layer, norm, scale, ranges[last + 1], (low, high));
                    stages.Add(stage);
                    (scale, s) = (output, last);
                    break;
                case ChainPool pool: stages.Add(new QuantizedPool(pool.Name, pool.Kind, pool.Window, pool.Input, scale.Zero)); break;
                case ChainClamp alone: stages.Add(new QuantizedClamp(alone.Name, alone.Outputs, scale.Quantize(alone.Low), scale.Quantize(alone.High))); break;
                default: throw new NotSupportedException($"Node '{chain.Steps[s].Name}' (BatchNorm) follows no layer; it cannot be folded into one, and the accelerator has no unit for it.");
            }
        return new QuantizedNetwork(stages, input, scale);
    }

    private static (double Low, double High)[] Ranges(NetworkChain chain, FaultInputs calibration, CancellationToken cancellation)
    {
        var ranges = new (double Low, double High)[chain.Steps.Count + 1];
        var run = new ChainRun(chain);
        for (var row = 0; row < calibration.Count; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            run.Prepare(calibration.Row(row));
            for (var s = 0; s < ranges.Length; s++)
            {
                var values = run.After(s - 1);
                ranges[s] = (Math.Min(ranges[s].Low, TensorPrimitives.Min(values)), Math.Max(ranges[s].High, TensorPrimitives.Max(values)));
            }
        }
        return ranges;
    }

    private static (QuantizedLayer Stage, AffineScale Output) Layer(ChainLayer layer, ChainNorm? norm, AffineScale input, (double Low, double High) range, (double Low, double High) limits)
    {
        var (weights, bias) = Folded(layer, norm);
        var (channels, fanIn) = (layer.Channels, layer.FanIn);
        var output = AffineScale.Of(range.Low, range.High);
        var own = new double[channels];
        for (var k = 0; k < channels; k++)
        {
            var largest = weights.AsSpan(k * fanIn, fanIn).ToArray().Max(Math.Abs);
            // A bias must fit the accumulator; a channel without weights takes any scale that lets its bias in.
            own[k] = Math.Max(largest / 127, Math.Abs(bias[k]) / (input.Scale * (1 << 30)));
            if (own[k] == 0)
                own[k] = output.Scale / input.Scale / 2;
        }
        // M = s_x s_w / s_y must stay below 1, which coarser outputs reach.
        var least = input.Scale * own.Max() * (1 + 1e-9);
        if (output.Scale <= least)
            output = new AffineScale(least, (sbyte)Math.Clamp(Math.Round(-128 - Math.Min(range.Low, 0) / least), sbyte.MinValue, sbyte.MaxValue));
        var integers = new sbyte[weights.Length];
        for (var i = 0; i < weights.Length; i++)
            integers[i] = (sbyte)Math.Clamp(Math.Round(weights[i] / own[i / fanIn]), -127, 127);
        var biases = bias.Select((value, k) => (int)Math.Round(value / (input.Scale * own[k]))).ToArray();
        var scales = own.Select(scale => Requantization.Of(input.Scale * scale / output.Scale)).ToArray();
        var registers = new LayerRegisters(output.Zero, output.Quantize(limits.Low), output.Quantize(limits.High));
        return (layer.Window is null
            ? QuantizedLayer.Dense(layer.Name, integers, biases, input.Zero, scales, registers)
            : QuantizedLayer.Convolution(layer.Name, layer.Window, layer.Input, layer.Groups, integers, biases, input.Zero, scales, registers), output);
    }

    private static (double[] Weights, double[] Bias) Folded(ChainLayer layer, ChainNorm? norm)
    {
        var weights = layer.Weight.ToDoubles();
        var bias = layer.Bias?.ToDoubles() ?? new double[layer.Channels];
        if (norm is null)
            return (weights, bias);
        var tensors = norm.Tensors.Select(tensor => tensor.Values.ToArray()).ToArray();
        for (var k = 0; k < layer.Channels; k++)
        {
            var (factor, summand) = norm.Affine(tensors, k);
            for (var i = k * layer.FanIn; i < (k + 1) * layer.FanIn; i++)
                weights[i] *= factor;
            bias[k] = bias[k] * factor + summand;
        }
        return (weights, bias);
    }
}
