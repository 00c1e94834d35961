using System.Numerics.Tensors;
using Ballast.Core;
using Ballast.Learning.Adversarial;

namespace Ballast.Robustness.Disparity;

/// <summary>Logistic regression of two classes against the worst perturbation, exactly: log(1 + exp(-(y(w·x + b) - ε‖w‖_q))), no attack needed.</summary>
/// <remarks>
/// Source: Hu et al. (ICML 2023); q is dual to the attacker's norm: 1 for the maximum norm, 2 for L2. Full-batch Adam whose rate falls to a tenth after 70% of the steps; the same data, the same model. Time O(steps n d).
/// </remarks>
/// <param name="norm">The attacker's norm.</param>
/// <param name="epsilon">ε, at least 0.</param>
/// <param name="l2">Weight of ‖w‖²/2, at least 0.</param>
public sealed class RobustLogisticRegression(PerturbationNorm norm, double epsilon, double l2 = 0)
{
    /// <summary>The attacker's norm.</summary>
    public PerturbationNorm Norm { get; } = norm;

    /// <summary>ε.</summary>
    public double Epsilon { get; } = Guard.NotNegative(epsilon);

    /// <summary>Weight of ‖w‖²/2.</summary>
    public double L2 { get; } = Guard.NotNegative(l2);

    /// <summary>Steps, at least 1.</summary>
    public int Steps { get; init => field = Guard.Positive(value); } = 500;

    /// <summary>Rate of the first 70% of the steps, above 0.</summary>
    public double LearningRate { get; init => field = Guard.Positive(value); } = 0.02;

    /// <summary>Trains from w = 0.</summary>
    /// <param name="x">n × d, row-major.</param>
    /// <param name="width">d.</param>
    /// <param name="y">n labels of -1 or 1.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <exception cref="ArgumentException">Lengths differ, a label is neither -1 nor 1, a feature is no finite number, or a class has fewer than 2 rows.</exception>
    public LinearClassifier Fit(ReadOnlyMemory<float> x, int width, ReadOnlyMemory<int> y, CancellationToken cancellation = default)
    {
        Guard.SameLength(checked(y.Length * Guard.Positive(width)), x.Length, "labels times width", nameof(x));
        foreach (var side in new[] { 1, -1 })
            if (y.Span.Count(side) < 2)
                throw new ArgumentException($"Class {side} has {y.Span.Count(side)} rows; at least 2 are needed.", nameof(y));
        if (x.Span.IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) is var bad and >= 0)
            throw new ArgumentException($"Feature {bad % width + 1} of row {bad / width + 1} is no finite number.", nameof(x));
        var rows = Array.ConvertAll(x.ToArray(), value => (double)value);
        var (w, gradient, mean, square) = (new double[width + 1], new double[width + 1], new double[width + 1], new double[width + 1]);
        for (var step = 1; step <= Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            Gradient(rows, width, y.Span, w, gradient);
            var rate = step > Steps * 0.7 ? LearningRate / 10 : LearningRate;
            for (var j = 0; j <= width; j++)
            {
                mean[j] = 0.9 * mean[j] + 0.1 * gradient[j];
                square[j] = 0.999 * square[j] + 0.001 * gradient[j] * gradient[j];
                w[j] -= rate * mean[j] / (1 - Math.Pow(0.9, step)) / (Math.Sqrt(square[j] / (1 - Math.Pow(0.999, step))) + 1e-8);
            }
        }
        return new LinearClassifier(w[..width], w[width]);
    }

    /// <summary>The mean loss at a model and its gradient.</summary>
    /// <param name="x">n × d, row-major.</param>
    /// <param name="y">n labels of -1 or 1.</param>
    /// <param name="model">w [d] and b.</param>
    /// <returns>The loss, its gradient in w and in b.</returns>
    /// <exception cref="ArgumentException">Lengths differ, or a label is neither -1 nor 1.</exception>
    public (double Loss, double[] GradientW, double GradientB) LossAt(ReadOnlySpan<double> x, ReadOnlySpan<int> y, LinearClassifier model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var width = model.W.Count;
        Guard.SameLength(checked(y.Length * width), x.Length, "labels times width", nameof(x));
        double[] parameters = [.. model.W, model.B];
        var gradient = new double[width + 1];
        var loss = Gradient(x, width, y, parameters, gradient);
        return (loss, gradient[..width], gradient[width]);
    }

    // The subgradient of ‖w‖_1 at 0, and of ‖w‖_2 at 0, is taken as 0.
    private double Gradient(ReadOnlySpan<double> x, int width, ReadOnlySpan<int> y, double[] parameters, double[] gradient)
    {
        Array.Clear(gradient);
        var w = parameters.AsSpan(0, width);
        var own = gradient.AsSpan(0, width);
        var length = Norm == PerturbationNorm.L2 ? TensorPrimitives.Norm<double>(w) : TensorPrimitives.SumOfMagnitudes<double>(w);
        var (loss, pulled) = (0.0, 0.0);
        for (var i = 0; i < y.Length; i++)
        {
            var row = x.Slice(i * width, width);
            var margin = Sign(y[i]) * (TensorPrimitives.Dot(row, w) + parameters[width]) - Epsilon * length;
            // log(1 + e^-m) and its slope, without overflow on either side.
            var tail = Math.Exp(-Math.Abs(margin));
            loss += Math.Max(0, -margin) + Math.Log(1 + tail);
            var slope = margin >= 0 ? tail / (1 + tail) : 1 / (1 + tail);
            pulled += slope;
            TensorPrimitives.MultiplyAdd(row, -y[i] * slope, own, own);
            gradient[width] -= y[i] * slope;
        }
        for (var j = 0; j <= width; j++)
        {
            var reach = j == width || length == 0 ? 0 : Norm == PerturbationNorm.L2 ? w[j] / length : Math.Sign(w[j]);
            gradient[j] = (gradient[j] + Epsilon * pulled * reach) / y.Length + (j == width ? 0 : L2 * w[j]);
        }
        return loss / y.Length + L2 / 2 * TensorPrimitives.SumOfSquares<double>(w);
    }

    private static int Sign(int label) => label is 1 or -1 ? label : throw new ArgumentException($"A label is {label}; expected -1 or 1.", nameof(label));
}
