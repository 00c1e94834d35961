using Ballast.Core;

namespace Ballast.Generalization.Collapse;

/// <summary>A linear layer as plain arrays, so that it may come from torch, from an ONNX file or from anywhere: y = W x + b.</summary>
public sealed class LinearLayer
{
    /// <summary>Checks the arrays; they are not copied.</summary>
    /// <param name="weight">outputs x inputs, row-major, finite.</param>
    /// <param name="outputs">Rows of the weight.</param>
    /// <param name="bias">One an output; null for none.</param>
    /// <exception cref="ArgumentException">Lengths do not agree, or a value is not finite.</exception>
    public LinearLayer(double[] weight, int outputs, double[]? bias = null)
    {
        ArgumentNullException.ThrowIfNull(weight);
        Guard.Positive(outputs);
        if (weight.Length == 0 || weight.Length % outputs != 0)
            throw new ArgumentException($"{weight.Length} weights are no whole number for each of {outputs} outputs.", nameof(weight));
        if (bias is not null)
            Guard.SameLength(outputs, bias.Length, nameof(outputs), nameof(bias));
        if (!Array.TrueForAll(weight, double.IsFinite))
            throw new ArgumentException("A weight is not finite.", nameof(weight));
        if (bias is not null && !Array.TrueForAll(bias, double.IsFinite))
            throw new ArgumentException("A bias is not finite.", nameof(bias));
        (Weight, Outputs, Inputs, Bias) = (weight, outputs, weight.Length / outputs, bias);
    }

    /// <summary>A layer of float32 weights.</summary>
    /// <inheritdoc cref="LinearLayer(double[], int, double[])"/>
    public static LinearLayer Of(ReadOnlySpan<float> weight, int outputs, ReadOnlySpan<float> bias = default) =>
        new(Widened(weight), outputs, bias.IsEmpty ? null : Widened(bias));

    /// <summary>outputs x inputs, row-major.</summary>
    public double[] Weight { get; }

    /// <summary>Rows of the weight; K for a last layer.</summary>
    public int Outputs { get; }

    /// <summary>Columns of the weight; d for a last layer.</summary>
    public int Inputs { get; }

    /// <summary>One an output; null for none.</summary>
    public double[]? Bias { get; }

    /// <summary>Row <paramref name="output"/> of the weight.</summary>
    public ReadOnlySpan<double> Row(int output) => Weight.AsSpan(output * Inputs, Inputs);

    private static double[] Widened(ReadOnlySpan<float> values)
    {
        var wide = new double[values.Length];
        System.Numerics.Tensors.TensorPrimitives.ConvertChecked(values, wide.AsSpan());
        return wide;
    }
}
