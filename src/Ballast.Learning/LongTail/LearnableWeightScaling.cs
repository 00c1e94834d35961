using Ballast.Learning.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ballast.Learning.LongTail;

/// <summary>Learnable weight scaling (LWS; Kang et al., ICLR 2020, section 4.3): scores f_k w_k.h with one learnt f_k a class, all else frozen, the bias dropped.</summary>
/// <remarks>Trained as <see cref="ClassifierRetraining"/>, from f = 1. The scales are written into the rows, so that the head stays a linear layer.</remarks>
/// <inheritdoc cref="ClassifierRetraining(int, int, double)"/>
public sealed class LearnableWeightScaling(int epochs = 10, int batchSize = 128, double learningRate = 1e-3) : HeadMethod
{
    private readonly ClassifierRetraining retraining = new(epochs, batchSize, learningRate);

    /// <inheritdoc/>
    public override FittedHead Fit(HeadTraining training, CancellationToken cancellation = default)
    {
        using var weight = LinearOf(training).weight!.detach().cpu().clone();
        var data = training.Features;
        using var network = new Mlp(data.Width, [], data.ClassCount, training.Seed);
        var scaled = new ScaledRows(weight);
        network.ReplaceHead(scaled);
        retraining.Train(network, training, cancellation);
        using var scope = NewDisposeScope();
        return new FittedHead(LinearHead(scaled.Scale.detach().unsqueeze(1) * weight, bias: null));
    }

    /// <summary>[B, d] to [B, K]: fixed rows, one trained scale each.</summary>
    private sealed class ScaledRows : nn.Module<Tensor, Tensor>
    {
        private readonly Tensor rows;
        private readonly Parameter scale;

        public ScaledRows(Tensor weight) : base("scaled rows")
        {
            rows = weight.clone().DetachFromDisposeScope();
            scale = new Parameter(ones(weight.shape[0]).DetachFromDisposeScope());
            register_buffer(nameof(rows), rows);
            register_parameter(nameof(scale), scale);
        }

        public Parameter Scale => scale;

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            return (nn.functional.linear(input, rows) * scale).MoveToOuterDisposeScope();
        }
    }
}
