using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Generalization.RandomFeatures;

/// <summary>Frozen units sigma(a_j . x - b_j).</summary>
public sealed class RandomUnits
{
    private readonly double[] weights;      // [N, d]
    private readonly double[] biases;       // [N]

    /// <summary>Given units.</summary>
    /// <param name="activation">sigma.</param>
    /// <param name="weights">[N, d].</param>
    /// <param name="biases">[N].</param>
    /// <exception cref="ArgumentException">There are no units, or the weights do not divide among them.</exception>
    public RandomUnits(FeatureActivation activation, ReadOnlySpan<double> weights, ReadOnlySpan<double> biases)
    {
        if (biases.IsEmpty || weights.IsEmpty || weights.Length % biases.Length != 0)
            throw new ArgumentException($"{weights.Length} weights for {biases.Length} units.", nameof(weights));
        (Activation, this.weights, this.biases) = (activation, weights.ToArray(), biases.ToArray());
    }

    /// <summary>sigma.</summary>
    public FeatureActivation Activation { get; }

    /// <summary>Number of units N.</summary>
    public int Count => biases.Length;

    /// <summary>Inputs d.</summary>
    public int Width => weights.Length / biases.Length;

    /// <summary>a, [N, d].</summary>
    public ReadOnlySpan<double> Weights => weights;

    /// <summary>b, [N].</summary>
    public ReadOnlySpan<double> Biases => biases;

    /// <summary>Median length of a: what the range amounts to in this dimension.</summary>
    public double MedianNorm
    {
        get
        {
            var norms = Enumerable.Range(0, Count).Select(j => TensorPrimitives.Norm<double>(weights.AsSpan(j * Width, Width))).Order().ToArray();
            return norms[norms.Length / 2];
        }
    }

    /// <summary>Draws units; unit j comes from (seed, j), so the first N are the same for every larger N.</summary>
    /// <param name="domain">Where weights come from.</param>
    /// <param name="activation">sigma.</param>
    /// <param name="count">N, above 0.</param>
    /// <param name="x">[n, d]: data whose bounding box <see cref="DomainKind.Centred"/> needs.</param>
    /// <param name="width">d.</param>
    /// <param name="seed">Decides the draws.</param>
    public static RandomUnits Draw(WeightDomain domain, FeatureActivation activation, int count, ReadOnlySpan<double> x, int width, long seed)
    {
        ArgumentNullException.ThrowIfNull(domain);
        Guard.Positive(count);
        var (low, high) = (new double[Guard.Positive(width)], new double[width]);
        x[..width].CopyTo(low);
        x[..width].CopyTo(high);
        for (var i = 0; i < x.Length; i++)
            (low[i % width], high[i % width]) = (Math.Min(low[i % width], x[i]), Math.Max(high[i % width], x[i]));
        var (weights, biases) = (new double[checked(count * width)], new double[count]);
        var random = RandomStream.For(seed, "random features");
        for (var j = 0; j < count; j++)
        {
            random.Restart(j);
            biases[j] = domain.Draw(random, low, high, weights.AsSpan(j * width, width));
        }
        return new RandomUnits(activation, weights, biases);
    }

    /// <summary>sigma(x a^T - b): [n, d] to [n, N], written at distance <paramref name="stride"/> from <paramref name="offset"/> on.</summary>
    internal void Hidden(ReadOnlySpan<double> x, Span<double> hidden, int stride, int offset)
    {
        var rows = x.Length / Width;
        for (var i = 0; i < rows; i++)
        {
            var row = i * Width;
            var own = hidden.Slice(i * stride + offset, Count);
            for (var j = 0; j < own.Length; j++)
                own[j] = TensorPrimitives.Dot(x.Slice(row, Width), weights.AsSpan(j * Width, Width)) - biases[j];
            Activate(own);
        }
    }

    /// <summary>sigma(x a^T - b), [n, N].</summary>
    public double[] Hidden(ReadOnlySpan<double> x)
    {
        var hidden = new double[x.Length / Width * Count];
        Hidden(x, hidden, Count, 0);
        return hidden;
    }

    private void Activate(Span<double> z)
    {
        switch (Activation)
        {
            case FeatureActivation.Sigmoid: TensorPrimitives.Sigmoid<double>(z, z); break;
            case FeatureActivation.Tanh: TensorPrimitives.Tanh<double>(z, z); break;
            case FeatureActivation.Sine: TensorPrimitives.Sin<double>(z, z); break;
            case FeatureActivation.Relu: TensorPrimitives.Max(z, 0.0, z); break;
            default:
                TensorPrimitives.Multiply<double>(z, z, z);
                TensorPrimitives.Multiply(z, -0.5, z);
                TensorPrimitives.Exp<double>(z, z);
                break;
        }
    }
}
