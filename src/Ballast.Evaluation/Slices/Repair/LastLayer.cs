using System.Numerics.Tensors;
using Ballast.Core;
using Ballast.Numerics.Optimization;

namespace Ballast.Evaluation.Slices.Repair;

/// <summary>A last linear layer fitted anew: multinomial logistic regression on representations.</summary>
/// <remarks>Minimises ½‖W‖² + C Σ w_i loss_i with free intercepts by L-BFGS; W is K x d. Representations are used as they are.</remarks>
public sealed class LastLayer
{
    private const double Tolerance = 1e-5;
    private const int MaximumIterations = 500;

    private readonly double[] parameters;
    private readonly int width;

    private LastLayer(double[] parameters, int width) => (this.parameters, this.width) = (parameters, width);

    /// <summary>Classes K.</summary>
    public int Classes => parameters.Length / (width + 1);

    /// <summary>K x d weights, row-major.</summary>
    public ReadOnlyMemory<double> Weights => parameters.AsMemory(0, Classes * width);

    /// <summary>K intercepts.</summary>
    public ReadOnlyMemory<double> Intercepts => parameters.AsMemory(Classes * width);

    /// <summary>Fits the layer.</summary>
    /// <param name="representations">n x d values, row-major.</param>
    /// <param name="labels">n classes 0..K-1.</param>
    /// <param name="classes">K.</param>
    /// <param name="penalty">C, above 0: how much the loss counts against the size of the weights.</param>
    /// <param name="weights">n weights, at least 0; empty for 1.</param>
    /// <param name="start">The layer to start from; null for zeros.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">Lengths disagree, or a label lies outside.</exception>
    public static LastLayer Fit(
        ReadOnlyMemory<double> representations, ReadOnlyMemory<int> labels, int classes, double penalty = 0.3, ReadOnlyMemory<double> weights = default, LastLayer? start = null,
        CancellationToken cancellation = default)
    {
        Guard.Positive(penalty);
        LabelledRows.Check(labels.Span, labels.Length, classes);
        if (representations.Length % labels.Length != 0)
            throw new ArgumentException($"representations holds {representations.Length} values, which {labels.Length} rows cannot share evenly.", nameof(representations));
        if (!weights.IsEmpty)
            Guard.SameLength(labels.Length, weights.Length, nameof(labels), nameof(weights));
        var width = representations.Length / labels.Length;
        var parameters = start is null ? new double[classes * (width + 1)] : [.. start.parameters];
        Guard.SameLength(classes * (width + 1), parameters.Length, nameof(classes), nameof(start));
        Lbfgs.Minimize((point, gradient) => Objective(representations.Span, labels.Span, weights.Span, classes, width, penalty, point, gradient), parameters, Tolerance, MaximumIterations, cancellation);
        return new LastLayer(parameters, width);
    }

    /// <summary>n x K probabilities of n representations.</summary>
    public double[] Probabilities(ReadOnlySpan<double> representations)
    {
        var probabilities = new double[representations.Length / width * Classes];
        for (var i = 0; i * width < representations.Length; i++)
            LogProbabilities(parameters, representations.Slice(i * width, width), probabilities.AsSpan(i * Classes, Classes));
        TensorPrimitives.Exp<double>(probabilities, probabilities);
        return probabilities;
    }

    /// <summary>Log losses of n rows.</summary>
    internal double[] Losses(ReadOnlySpan<double> representations, ReadOnlySpan<int> labels)
    {
        var (losses, row) = (new double[labels.Length], new double[Classes]);
        for (var i = 0; i < losses.Length; i++)
        {
            LogProbabilities(parameters, representations.Slice(i * width, width), row);
            losses[i] = -row[labels[i]];
        }
        return losses;
    }

    private static double Objective(
        ReadOnlySpan<double> representations, ReadOnlySpan<int> labels, ReadOnlySpan<double> weights, int classes, int width, double penalty, ReadOnlySpan<double> point, Span<double> gradient)
    {
        var size = classes * width;
        point[..size].CopyTo(gradient);
        gradient[size..].Clear();
        var value = TensorPrimitives.SumOfSquares(point[..size]) / 2;
        Span<double> row = new double[classes];
        for (var i = 0; i < labels.Length; i++)
        {
            var x = representations.Slice(i * width, width);
            var weight = penalty * (weights.IsEmpty ? 1 : weights[i]);
            LogProbabilities(point, x, row);
            value -= weight * row[labels[i]];
            TensorPrimitives.Exp(row, row);
            row[labels[i]] -= 1;
            for (var k = 0; k < classes; k++)
            {
                var own = gradient.Slice(k * width, width);
                TensorPrimitives.MultiplyAdd(x, weight * row[k], own, own);
                gradient[size + k] += weight * row[k];
            }
        }
        return value;
    }

    private static void LogProbabilities(ReadOnlySpan<double> parameters, ReadOnlySpan<double> x, Span<double> result)
    {
        for (var k = 0; k < result.Length; k++)
            result[k] = TensorPrimitives.Dot(parameters.Slice(k * x.Length, x.Length), x) + parameters[result.Length * x.Length + k];
        var largest = TensorPrimitives.Max<double>(result);
        var total = 0.0;
        foreach (var score in result)
            total += Math.Exp(score - largest);
        TensorPrimitives.Subtract(result, largest + Math.Log(total), result);
    }
}
