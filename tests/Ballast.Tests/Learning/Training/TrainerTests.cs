using Ballast.Learning.Objectives;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Optimization;
using Ballast.Learning.Training.Sampling;
using static Ballast.Tests.Learning.Training.TrainingSamples;

namespace Ballast.Tests.Learning.Training;

public sealed class TrainerTests
{
    private static readonly TrainerOptions Short = new() { Epochs = 5, BatchSize = 32, Optimizer = new AdamOptions { LearningRate = 1e-2 } };

    public static TheoryData<OptimizerOptions> Optimizers => [new SgdOptions(), new SgdOptions { Momentum = 0.9, Nesterov = true, WeightDecay = 1e-4 }, new AdamOptions { LearningRate = 1e-2 }, new AdamWOptions { LearningRate = 1e-2 }];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Blobs_are_learnt_with_every_optimiser(OptimizerOptions optimizer)
    {
        var (data, test) = (Blobs(100, 100, 100), Blobs(1, [50, 50, 50]));
        using var network = new Perceptron(6, 3);

        var result = new Trainer(Short with { Optimizer = optimizer, Epochs = 10 }).Train(network, Plain(), data, test);

        Assert.True(result.History[^1].Validation!.BalancedAccuracy > 0.93, $"{result.History[^1]}");
        Assert.True(result.History[^1].Loss < result.History[0].Loss);
        Assert.Equal(100, result.Steps);
        Assert.Equal(Inference.Classes(network, test), Inference.Probabilities(network, test).PredictedClasses());
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_bit_for_bit()
    {
        Assert.Equal(Trained(3), Trained(3));
        Assert.NotEqual(Trained(3), Trained(4));

        static float[] Trained(int seed)
        {
            using var network = new Perceptron(6, 3, normalised: true);
            new Trainer(Short with { Seed = seed, Sampler = new ClassBalancedSampler() }).Train(network, Plain(), Blobs(100, 30, 10));
            return Weights(network);
        }
    }

    internal static SupervisedObjective Plain() => new(new CrossEntropyLoss());
}
