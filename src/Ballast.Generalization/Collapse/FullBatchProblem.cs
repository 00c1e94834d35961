using System.Numerics.Tensors;
using Ballast.Core;

namespace Ballast.Generalization.Collapse;

/// <summary>Value and gradient of the unconstrained-features objective, all parameters in one block: H, W_1 ... W_M, b.</summary>
/// <remarks>Activations lie with a unit a row and a sample a column, so that every inner loop runs along the samples.</remarks>
internal sealed class FullBatchProblem
{
    private readonly UnconstrainedFeaturesOptions options;
    private readonly int[] widths;          // d, hidden widths, K
    private readonly int[] offsets;         // where W_1 ... W_M and b begin
    private readonly int samples;
    private readonly double[][] activations, errors;

    public FullBatchProblem(UnconstrainedFeaturesOptions options, int[] widths)
    {
        (this.options, this.widths) = (options, widths);
        Labels = [.. options.ClassCounts.SelectMany((count, k) => Enumerable.Repeat(k, count))];
        samples = Labels.Length;
        offsets = new int[Depth + 1];
        offsets[0] = widths[0] * samples;
        for (var layer = 0; layer < Depth; layer++)
            offsets[layer + 1] = offsets[layer] + widths[layer] * widths[layer + 1];
        Parameters = new double[offsets[Depth] + (HasBias ? Classes : 0)];
        for (var block = 0; block <= Depth; block++)
        {
            var random = RandomStream.For(options.Seed, "unconstrained features", block);
            foreach (ref var value in Parameters.AsSpan(block == 0 ? 0 : offsets[block - 1], block == 0 ? offsets[0] : offsets[block] - offsets[block - 1]))
                value = options.Scale / Math.Sqrt(widths[0]) * random.NextGaussian();
        }
        activations = [.. widths.Select(width => new double[width * samples])];
        errors = [.. widths.Select(width => new double[width * samples])];
    }

    public double[] Parameters { get; }

    public int[] Labels { get; }

    private int Depth => widths.Length - 1;

    private int Classes => widths[^1];

    private bool HasBias => options.Bias == BiasTerm.Free;

    /// <summary>The objective at the parameters; its gradient goes into <paramref name="gradient"/>.</summary>
    public double Gradient(double[] gradient)
    {
        Array.Copy(Parameters, activations[0], offsets[0]);
        for (var layer = 0; layer < Depth; layer++)
            Forward(layer);
        var loss = options.Loss == CollapseLoss.MeanSquaredError ? SquaredError() : CrossEntropy();
        gradient.AsSpan(offsets[Depth]).Clear();
        if (HasBias)
            for (var k = 0; k < Classes; k++)
                gradient[offsets[Depth] + k] = TensorPrimitives.Sum<double>(Row(errors[^1], k));
        for (var layer = Depth - 1; layer >= 0; layer--)
            loss += Backward(layer, gradient);
        ReadOnlySpan<double> features = Parameters.AsSpan(0, offsets[0]);
        TensorPrimitives.MultiplyAdd(features, options.LambdaH, errors[0], gradient.AsSpan(0, offsets[0]));
        return loss + options.LambdaH / 2 * TensorPrimitives.SumOfSquares(features);
    }

    /// <summary>N x d, row-major.</summary>
    public double[] Features()
    {
        var rows = new double[offsets[0]];
        for (var j = 0; j < widths[0]; j++)
            for (var i = 0; i < samples; i++)
                rows[i * widths[0] + j] = Parameters[j * samples + i];
        return rows;
    }

    public LinearLayer[] Layers() => [.. Enumerable.Range(0, Depth).Select(layer =>
        new LinearLayer(Weight(layer).ToArray(), widths[layer + 1], layer == Depth - 1 && HasBias ? Parameters[offsets[Depth]..] : null))];

    // Z_{j} = W_j Z_{j-1}
    private void Forward(int layer)
    {
        var weight = Weight(layer);
        var (inputs, outputs) = (activations[layer], activations[layer + 1]);
        for (var r = 0; r < widths[layer + 1]; r++)
        {
            var output = Row(outputs, r);
            output.Fill(layer == Depth - 1 && HasBias ? Parameters[offsets[Depth] + r] : 0);
            for (var c = 0; c < widths[layer]; c++)
                TensorPrimitives.MultiplyAdd(Row(inputs, c), weight[r * widths[layer] + c], output, output);
        }
    }

    // dW = E Z^T + lambda W;  E_{j-1} = W^T E_j. Returns lambda/2 ||W||^2.
    private double Backward(int layer, double[] gradient)
    {
        var weight = Weight(layer);
        var (lambda, inputs, error, passed) = (options.LambdaW[layer], activations[layer], errors[layer + 1], errors[layer]);
        Array.Clear(passed);
        for (var r = 0; r < widths[layer + 1]; r++)
            for (var c = 0; c < widths[layer]; c++)
            {
                var at = r * widths[layer] + c;
                gradient[offsets[layer] + at] = TensorPrimitives.Dot<double>(Row(error, r), Row(inputs, c)) + lambda * weight[at];
                TensorPrimitives.MultiplyAdd(Row(error, r), weight[at], Row(passed, c), Row(passed, c));
            }
        return lambda / 2 * TensorPrimitives.SumOfSquares(weight);
    }

    private double SquaredError()
    {
        var (scores, error) = (activations[^1], errors[^1]);
        scores.CopyTo(error, 0);
        for (var i = 0; i < samples; i++)
            error[Labels[i] * samples + i] -= 1;
        var loss = TensorPrimitives.SumOfSquares<double>(error) / (2.0 * samples);
        TensorPrimitives.Divide(error, samples, error);
        return loss;
    }

    private double CrossEntropy()
    {
        var (scores, error, loss) = (activations[^1], errors[^1], 0.0);
        for (var i = 0; i < samples; i++)
        {
            var (largest, sum) = (double.NegativeInfinity, 0.0);
            for (var k = 0; k < Classes; k++)
                largest = Math.Max(largest, scores[k * samples + i]);
            for (var k = 0; k < Classes; k++)
                sum += error[k * samples + i] = Math.Exp(scores[k * samples + i] - largest);
            for (var k = 0; k < Classes; k++)
                error[k * samples + i] = (error[k * samples + i] / sum - (Labels[i] == k ? 1 : 0)) / samples;
            loss += Math.Log(sum) + largest - scores[Labels[i] * samples + i];
        }
        return loss / samples;
    }

    private ReadOnlySpan<double> Weight(int layer) => Parameters.AsSpan(offsets[layer], widths[layer] * widths[layer + 1]);

    private Span<double> Row(double[] matrix, int row) => matrix.AsSpan(row * samples, samples);
}
