using Ballast.Exchange.Networks;
using Ballast.Exchange.Networks.Operators;

namespace Ballast.Robustness.Faults.Chains;

/// <summary>Batch normalisation: tensors scale, shift, mean, variance, [channels] each.</summary>
internal sealed class ChainNorm(string name, BatchNormOperator norm, int length) : ChainStep(name, length, length)
{
    public override IReadOnlyList<GraphTensor> Tensors => [norm.Scale, norm.Shift, norm.Mean, norm.Variance];

    /// <summary>Factor and summand of a channel.</summary>
    public (double Factor, double Summand) Affine(ReadOnlySpan<float[]> tensors, int channel)
    {
        var factor = tensors[0][channel] / Math.Sqrt((double)tensors[3][channel] + norm.Epsilon);
        return (factor, tensors[1][channel] - tensors[2][channel] * factor);
    }

    public override void Run(ReadOnlySpan<float> x, Span<float> y, ReadOnlySpan<float[]> tensors, Span<float> scratch)
    {
        var positions = Outputs / tensors[0].Length;
        for (var c = 0; c < tensors[0].Length; c++)
        {
            var (factor, summand) = Affine(tensors, c);
            for (var i = c * positions; i < (c + 1) * positions; i++)
                y[i] = (float)(x[i] * factor + summand);
        }
    }
}
