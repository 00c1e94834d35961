using Ballast.Learning.Networks;
using Ballast.Learning.Objectives;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Optimization;
using Ballast.Learning.Training.Sampling;

namespace Ballast.Learning.LongTail;

/// <summary>Classifier retraining (cRT; Kang et al., ICLR 2020, section 4.1): a fresh linear head trained on class-balanced draws, the backbone frozen.</summary>
/// <remarks>Plain cross-entropy, a fresh Adam, head initialised as torch's linear layer; each class is drawn with probability 1/K, N draws an epoch.</remarks>
/// <param name="epochs">Epochs of ceil(N / batch) steps, at least 1.</param>
/// <param name="batchSize">Samples a step, at least 1.</param>
/// <param name="learningRate">Of Adam, greater than 0.</param>
public sealed class ClassifierRetraining(int epochs = 10, int batchSize = 128, double learningRate = 1e-3) : HeadMethod
{
    /// <inheritdoc/>
    public override FittedHead Fit(HeadTraining training, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(training);
        var data = training.Features;
        using var network = new Mlp(data.Width, [], data.ClassCount, training.Seed);
        Train(network, training, cancellation);
        return new FittedHead(LinearHead(network.LinearHead!.weight!, network.LinearHead.bias));
    }

    /// <summary>Trains a network that is all head as cRT trains.</summary>
    internal void Train(Network head, HeadTraining training, CancellationToken cancellation) => new Trainer(new TrainerOptions
    {
        Epochs = epochs,
        BatchSize = batchSize,
        Optimizer = new AdamOptions { LearningRate = learningRate },
        Sampler = new ClassBalancedSampler(),
        Seed = training.Seed,
    }).Train(head, new SupervisedObjective(new CrossEntropyLoss()), training.Features, cancellation: cancellation);
}
