using System.Globalization;
using static TorchSharp.torch;

namespace Ballast.Learning.LongTail;

/// <summary>One number a class that a loss uses at every step: made a tensor once for each kind of number and device.</summary>
internal sealed class ClassVector(double[] values)
{
    private Tensor? tensor;

    public int Count => values.Length;

    public IReadOnlyList<double> Values => values;

    /// <summary>[K] in the kind of number and on the device of <paramref name="logits"/>.</summary>
    /// <exception cref="ArgumentException">The logits are not [B, K].</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label lies outside 0..K-1.</exception>
    public Tensor For(Tensor logits, Tensor labels)
    {
        Check(logits, labels, Count);
        return For(logits.dtype, logits.device);
    }

    /// <summary>[K], float64, on the processor.</summary>
    public Tensor Plain => For(float64, CPU);

    /// <summary>The numbers in full.</summary>
    public override string ToString() => $"[{string.Join(", ", values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}]";

    private Tensor For(ScalarType type, Device device)
    {
        if (tensor is null || tensor.dtype != type || tensor.device.type != device.type || tensor.device.index != device.index)
        {
            tensor?.Dispose();
            tensor = TorchSharp.torch.tensor(values, type, device).DetachFromDisposeScope();
        }
        return tensor;
    }

    /// <summary>Checks shapes, and labels where looking at them does not wait for a device.</summary>
    public static void Check(Tensor logits, Tensor labels, int classes)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        if (logits.dim() != 2 || logits.shape[1] != classes)
            throw new ArgumentException($"The logits have shape [{string.Join(", ", logits.shape)}]; expected [B, {classes}].", nameof(logits));
        if (labels.dim() != 1 || labels.shape[0] != logits.shape[0])
            throw new ArgumentException($"The labels have shape [{string.Join(", ", labels.shape)}]; expected [{logits.shape[0]}].", nameof(labels));
        if (labels.device_type != TorchSharp.DeviceType.CPU)
            return;
        foreach (var label in labels.data<long>())
            if ((ulong)label >= (ulong)classes)
                throw new ArgumentOutOfRangeException(nameof(labels), label, $"A label is {label}; expected 0..{classes - 1}.");
    }

    /// <summary>One number a class of its training count.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A count is below 1.</exception>
    public static ClassVector OfCounts(ReadOnlySpan<int> counts, Func<double, double> value)
    {
        if (counts.Length < 2)
            throw new ArgumentException("A classification loss needs at least two classes.", nameof(counts));
        var values = new double[counts.Length];
        for (var k = 0; k < values.Length; k++)
            values[k] = counts[k] > 0
                ? value(counts[k])
                : throw new ArgumentOutOfRangeException(nameof(counts), $"Class {k}, counted from 0, has {counts[k]} training rows; this loss needs at least 1 of every class.");
        return new(values);
    }
}
