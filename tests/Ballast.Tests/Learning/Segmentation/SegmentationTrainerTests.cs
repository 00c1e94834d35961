using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Data.Segmentation;
using Ballast.Evaluation.Fairness;
using Ballast.Learning.Networks;
using Ballast.Learning.Segmentation;
using Ballast.Learning.Training;
using Ballast.Tests.Learning.Training;
using Ballast.Tests.Shared;
using TorchSharp;

namespace Ballast.Tests.Learning.Segmentation;

[Collection(TorchMemory.Name)]
public sealed class SegmentationTrainerTests
{
    private const int Side = 16;

    [Fact]
    public void A_u_net_learns_bright_squares_and_the_same_seed_learns_the_same()
    {
        var (train, test) = (Squares(40, 1), Squares(20, 2));
        byte[] Predicted(int seed, int epochs, SegmentationAugmentation? augmentation = null)
        {
            using var network = new UNet(1, 2, width: 4, seed);
            var trainer = new SegmentationTrainer(new SegmentationTrainerOptions { Epochs = epochs, BatchSize = 8, LearningRate = 1e-2, Seed = seed, Augmentation = augmentation });
            trainer.Train(network, new FairErrorBoundLoss(2, 2), train);
            return trainer.Predict(network, test);
        }

        var learnt = Predicted(1, epochs: 30);
        var score = EquityScaled.Score(SegmentationMetrics.Dice(learnt, test.Masks.Span, Side * Side, MaskRegion.Class(1)), [.. test.Groups]);

        Assert.True(score.Overall > 0.9, $"{score.Overall}");
        var first = Predicted(1, 8);
        Assert.Equal(first, Predicted(1, 8));
        Assert.NotEqual(first, Predicted(2, 8));
        Assert.Equal(Predicted(1, 8, SegmentationAugmentation.Default), Predicted(1, 8, SegmentationAugmentation.Default));
    }

    [Theory]
    [InlineData(FairErrorBoundMode.LossScaling)]
    [InlineData(FairErrorBoundMode.Reference)]
    [InlineData(FairErrorBoundMode.GroupDro)]
    public void A_u_net_learns_on_a_graphics_card_what_it_learns_on_the_processor(FairErrorBoundMode mode)
    {
        GraphicsCard.Require();
        var (train, test) = (Squares(40, 1), Squares(20, 2));

        var (expected, found) = (Run(TrainingDevice.Cpu), GraphicsCard.Exactly(() => Run(TrainingDevice.Cuda)));

        Assert.Equal(expected.Loss, found.Loss, 1e-2);
        Assert.InRange(expected.Masks.Zip(found.Masks).Count(pair => pair.First != pair.Second), 0, expected.Masks.Length / 50);

        (double Loss, byte[] Masks) Run(TrainingDevice device)
        {
            using var network = new UNet(1, 2, width: 4, 1);
            var trainer = new SegmentationTrainer(new SegmentationTrainerOptions { Epochs = 4, BatchSize = 8, LearningRate = 1e-3, Seed = 1, Device = device });
            var losses = trainer.Train(network, new FairErrorBoundLoss(2, 2, mode: mode), train);
            return (losses[^1], trainer.Predict(network, test));
        }
    }

    [Fact]
    public void The_network_has_the_promised_shapes_and_every_parameter_a_gradient()
    {
        using var scope = torch.NewDisposeScope();
        using var network = new UNet(3, 4, width: 8, seed: 1);
        using var again = new UNet(3, 4, width: 8, seed: 1);
        var input = torch.linspace(0, 1, 2 * 3 * 12 * 20).reshape(2, 3, 12, 20);

        var scores = network.call(input);
        scores.square().sum().backward();

        Assert.Equal([2, 4, 12, 20], scores.shape);
        Assert.All(network.named_parameters(), pair => Assert.True(pair.parameter.grad is not null, pair.name));
        Assert.Contains(network.named_parameters(), pair => pair.parameter.shape.SequenceEqual([32L, 16, 3, 3]));
        Assert.All(network.named_parameters().Zip(again.named_parameters()), pair => Assert.True(pair.First.parameter.equal(pair.Second.parameter).all().item<bool>()));
        Assert.Contains("divisible by 4", Assert.Throws<ArgumentException>(() => network.call(torch.zeros(1, 3, 10, 12))).Message);
        Assert.Throws<ArgumentException>(() => network.call(torch.zeros(1, 1, 12, 12)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new UNet(1, 1));
    }

    [Fact]
    public void Epochs_leave_no_tensor_and_cancellation_stops()
    {
        var data = Squares(12, 3);
        using var network = new UNet(1, 2, width: 2, seed: 1);
        var trainer = new SegmentationTrainer(new SegmentationTrainerOptions { Epochs = 1, BatchSize = 5 });
        var loss = new CrossEntropyDiceLoss(2);
        trainer.Train(network, loss, data);
        var before = TorchMemory.Settled();

        trainer.Train(network, loss, data);
        trainer.Predict(network, data);

        Assert.InRange(TorchMemory.Settled() - before, long.MinValue, 0);
        Assert.ThrowsAny<OperationCanceledException>(() => trainer.Train(network, loss, data, cancellation: new CancellationToken(true)));
        Assert.ThrowsAny<OperationCanceledException>(() => trainer.Predict(network, data, new CancellationToken(true)));
        Assert.Throws<ArgumentException>(() => trainer.Train(network, new CrossEntropyDiceLoss(3), data));
    }

    [Fact]
    public void The_lower_class_wins_a_tie()
    {
        using var logits = torch.tensor(new[] { 1.0, 0, 2, 1, 3, 2, 1, 3, 2 }).reshape(1, 3, 1, 3);

        Assert.Equal([0, 1, 0], SegmentationTrainer.Classes(logits));
    }

    /// <summary>Bright squares on dark ground; in the second group the ground is the brighter.</summary>
    private static SegmentationSet Squares(int count, int seed)
    {
        var (images, masks, groups) = (new float[count * Side * Side], new byte[count * Side * Side], new int[count]);
        for (var i = 0; i < count; i++)
        {
            var random = RandomStream.For(seed, "squares", i);
            groups[i] = i % 4 == 0 ? 1 : 0;
            var (left, top, side) = (random.Next(8), random.Next(8), 5 + random.Next(4));
            for (var x = 0; x < Side * Side; x++)
            {
                var isInside = x % Side >= left && x % Side < left + side && x / Side >= top && x / Side < top + side;
                masks[i * Side * Side + x] = (byte)(isInside ? 1 : 0);
                images[i * Side * Side + x] = (float)((isInside == (groups[i] == 0) ? 0.8 : 0.2) + 0.05 * random.NextGaussian());
            }
        }
        return new SegmentationSet(new ImageShape(1, Side, Side), images, masks, 2, groups, ["bright", "dark"]);
    }
}
