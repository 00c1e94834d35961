using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Ballast.Core;
using Ballast.Exchange.Onnx.Parts;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Ballast.Robustness.Faults.Storage;

/// <summary>A software remedy for any network: activations of each layer are clamped to the range they had on calibration data, widened by a tenth of it on both sides. NaN becomes 0. <see cref="Chains.RangeLimits"/> is that of chains.</summary>
public static class OnnxRangeLimits
{
    /// <summary>The network with the clamps inside.</summary>
    /// <param name="network">Made for inputs of one shape.</param>
    /// <param name="calibration">Rows as the network sees them.</param>
    /// <param name="widening">Share of the range that is added on each side; 0.1 by default.</param>
    /// <param name="file">What messages call the network.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">No activation is of single precision, or one is not finite on the rows, or the file's operator set is too old.</exception>
    /// <exception cref="DataFormatException">ONNX Runtime refuses the network.</exception>
    public static OnnxDissection Apply(OnnxDissection network, FaultInputs calibration, double widening = 0.1, string file = "the network", CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(calibration);
        Guard.NotNegative(widening);
        var part = network.Observed();
        using var options = OnnxParts.Options();
        using var session = OnnxParts.Open(part, options, file);
        var names = session.OutputMetadata.Where(output => output.Value.IsTensor && output.Value.ElementDataType == TensorElementType.Float).Select(output => output.Key).ToArray();
        var ranges = new Dictionary<string, (float Low, float High)>();
        var inputs = new Dictionary<string, OrtValue>();
        using var run = new RunOptions();
        try
        {
            foreach (var weight in part.Weights.Select(w => network.Weights[w]))
                inputs[weight.Name] = OrtTensors.Of((TensorElementType)weight.Number, weight.Shape, weight.Raw.Span);
            for (var row = 0; row < calibration.Count && names.Length > 0; row++)
            {
                cancellation.ThrowIfCancellationRequested();
                inputs.GetValueOrDefault(network.InputName)?.Dispose();
                inputs[network.InputName] = OrtTensors.Of((TensorElementType)network.InputType, network.InputShape, InputValues.Bytes(network.InputType, calibration.Row(row)));
                using var values = session.Run(run, inputs, names);
                foreach (var (name, value) in names.Zip(values))
                {
                    var numbers = MemoryMarshal.Cast<byte, float>(value.GetTensorMutableRawData());
                    if (numbers.IsEmpty)
                        continue;
                    var (low, high) = (TensorPrimitives.Min<float>(numbers), TensorPrimitives.Max<float>(numbers));
                    ranges[name] = ranges.TryGetValue(name, out var range) ? (MathF.Min(range.Low, low), MathF.Max(range.High, high)) : (low, high);
                }
            }
        }
        finally
        {
            foreach (var value in inputs.Values)
                value.Dispose();
        }
        if (ranges.Count == 0)
            throw new ArgumentException("The network has no activations in single precision that could be clamped.", nameof(network));
        if (ranges.FirstOrDefault(range => !float.IsFinite(range.Value.Low) || !float.IsFinite(range.Value.High)).Key is { } wrong)
            throw new ArgumentException($"Activation '{wrong}' is not finite on the calibration rows.", nameof(calibration));
        return network.Clamped(ranges.ToDictionary(range => range.Key, range => Widened(range.Value, widening)));
    }

    private static (float Low, float High) Widened((float Low, float High) range, double share) =>
        ((float)(range.Low - share * ((double)range.High - range.Low)), (float)(range.High + share * ((double)range.High - range.Low)));
}
