using Ballast.Learning.Training.Optimization;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Training;

/// <summary>The optimisers as their papers write them, in float64, one formula a line.</summary>
internal sealed class NaiveOptimizer(OptimizerOptions options, Tensor[] weights)
{
    private readonly Tensor[] m = [.. weights.Select(w => w.zeros_like())], v = [.. weights.Select(w => w.zeros_like())];
    private int t;

    public void Step(Tensor[] gradients)
    {
        t++;
        for (var i = 0; i < weights.Length; i++)
        {
            var (w, g, rate, decay) = (weights[i], gradients[i], options.LearningRate, options.WeightDecay);
            weights[i].copy_(options switch
            {
                SgdOptions sgd => Sgd(sgd, i, w, g + decay * w),
                AdamOptions a => w - rate * Adam(i, g + decay * w, a.Beta1, a.Beta2, a.Epsilon),
                AdamWOptions a => w - rate * decay * w - rate * Adam(i, g, a.Beta1, a.Beta2, a.Epsilon),
                _ => throw new NotSupportedException(),
            });
        }
    }

    private Tensor Sgd(SgdOptions sgd, int i, Tensor w, Tensor g)
    {
        m[i] = t == 1 ? g : sgd.Momentum * m[i] + g;
        return w - sgd.LearningRate * (sgd.Momentum == 0 ? g : sgd.Nesterov ? g + sgd.Momentum * m[i] : m[i]);
    }

    private Tensor Adam(int i, Tensor g, double beta1, double beta2, double epsilon)
    {
        m[i] = beta1 * m[i] + (1 - beta1) * g;
        v[i] = beta2 * v[i] + (1 - beta2) * g * g;
        return m[i] / (1 - Math.Pow(beta1, t)) / ((v[i] / (1 - Math.Pow(beta2, t))).sqrt() + epsilon);
    }
}
