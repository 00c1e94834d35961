using System.Numerics.Tensors;

namespace Ballast.Robustness.Faults.Integer;

/// <summary>How int8 stands for real numbers: real = scale (q - zero).</summary>
/// <param name="Scale">Above 0.</param>
/// <param name="Zero">The integer that stands for 0.</param>
public readonly record struct AffineScale(double Scale, sbyte Zero)
{
    /// <summary>The scale of a range: widened to contain 0, scale = (high - low) / 255, zero = round(-128 - low / scale).</summary>
    /// <exception cref="ArgumentException">An end is not finite.</exception>
    public static AffineScale Of(double low, double high)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high))
            throw new ArgumentException($"The range [{low}, {high}] of the activations is not finite.", nameof(low));
        (low, high) = (Math.Min(low, 0), Math.Max(high, 0));
        var scale = high > low ? (high - low) / 255 : 1.0 / 255;
        return new AffineScale(scale, (sbyte)Math.Clamp(Math.Round(-128 - low / scale), sbyte.MinValue, sbyte.MaxValue));
    }

    /// <summary>The nearest integer, saturated.</summary>
    public sbyte Quantize(double value) => (sbyte)Math.Clamp(Math.Round(value / Scale) + Zero, sbyte.MinValue, sbyte.MaxValue);

    /// <summary>The number that an integer stands for.</summary>
    public double Dequantize(sbyte value) => Scale * (value - Zero);

    internal void Quantize(ReadOnlySpan<float> values, Span<sbyte> integers)
    {
        for (var i = 0; i < values.Length; i++)
            integers[i] = Quantize(values[i]);
    }

    internal void Dequantize(ReadOnlySpan<sbyte> integers, Span<float> values)
    {
        TensorPrimitives.ConvertTruncating<sbyte, float>(integers, values);
        for (var i = 0; i < values.Length; i++)
            values[i] = (float)(Scale * (values[i] - Zero));
    }
}
