using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Exchange.Networks;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Optimization;
using Ballast.Robustness.Bounds;
using Ballast.Robustness.Certified;
using Ballast.Tests.Learning.Training;
using Ballast.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;
using SmallCnn = Ballast.Learning.Networks.SmallCnn;

namespace Ballast.Tests.Robustness.Certified;

/// <summary>Certified training on a graphics card has the losses, gradients and running statistics of the processor, where fused loops take the place of torch's operations.</summary>
[Collection(TorchMemory.Name)]
public sealed class CudaCertifiedTests
{
    private static readonly ImageShape Small = new(2, 9, 8);

    private static readonly Dictionary<string, Func<Network>> Kinds = new()
    {
        ["mlp"] = () => new Mlp(new MlpConfiguration(5, [9, 7], 3), 1),
        ["mlp with batch norm"] = () => new Mlp(new MlpConfiguration(5, [9, 7], 3) { BatchNorm = true }, 1),
        ["cnn-7"] = () => new Cnn7Configuration(Small, 3, 4, 12).Create(1),
        ["maximum pooling"] = () => new SmallCnn(new SmallCnnConfiguration(Small, [3, 4], 6, 3) { BatchNorm = true }, 1),
        ["average pooling"] = () => new LeNet(new LeNetConfiguration(new ImageShape(1, 16, 16), 3), 1),
        ["sums and paddings"] = () => new ResNetConfiguration(new(1, 15, 14), 3, [1, 2], [8, 12], ResidualShortcut.Pad).Create(1),
    };

    private static readonly Dictionary<string, CertifiedTrainingOptions> Options = new()
    {
        ["ibp"] = new() { Epsilon = 0.02, Schedule = EpsilonSchedule.Constant },
        ["crown-ibp"] = new() { Epsilon = 0.04, Bound = CertifiedBound.CrownIbp, Schedule = EpsilonSchedule.Linear(1, 2) },
        ["fast"] = new() { Epsilon = 0.04, Schedule = EpsilonSchedule.Linear(1, 2), Regularizers = new CertifiedRegularizers(), FirstWeights = FirstWeights.Ibp },
        ["small boxes"] = new() { Epsilon = 0.02, Schedule = EpsilonSchedule.Constant, BoxShare = 0.3, Normalization = new InputNormalization([0.3], [0.5]) },
    };

    public static TheoryData<string, string> All
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var kind in Kinds.Keys)
                foreach (var option in Options.Keys)
                    all.Add(kind, option);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Loss_gradients_and_running_statistics_are_those_of_the_processor(string kind, string option)
    {
        var card = GraphicsCard.Require();

        var expected = Step(CPU);
        var found = GraphicsCard.Exactly(() => Step(card));

        GraphicsCard.AssertClose([expected.Loss], [found.Loss], 1e-4, "loss");
        GraphicsCard.AssertClose(expected.Gradients, found.Gradients, 5e-3, "gradients");
        GraphicsCard.AssertClose(expected.Statistics, found.Statistics, 1e-4, "statistics");

        (float Loss, float[] Gradients, float[] Statistics) Step(Device device)
        {
            using var scope = NewDisposeScope();
            using var network = Kinds[kind]();
            network.to(device);
            var objective = new CertifiedObjective(Options[option]);
            objective.TrainingBegun(network, new TrainingPlan(Blobs(), 3, 2, 8, 0, device));
            objective.EpochBegun(network, 0);
            objective.BatchBegun(network, 3);
            network.train();
            var random = RandomStream.For(2, "batch");
            var width = (int)network.InputShape.Aggregate(1L, (product, extent) => product * extent);
            var loss = objective.Loss(network, new Batch
            {
                Inputs = tensor(Enumerable.Range(0, 8 * width).Select(_ => (float)random.NextDouble()).ToArray()).reshape([8, .. network.InputShape]).to(device),
                Labels = tensor(Enumerable.Range(0, 8).Select(i => (long)(i % 3)).ToArray()).to(device),
                Weights = tensor(Enumerable.Range(0, 8).Select(i => 1f + i % 2).ToArray()).to(device),
                Rows = arange(8, int64, device),
            });
            loss.backward();
            return (
                loss.item<float>(), [.. network.named_parameters().Where(pair => pair.parameter.grad is not null).SelectMany(pair => GraphicsCard.Numbers(pair.parameter.grad!))],
                [1, .. network.named_buffers().SelectMany(pair => GraphicsCard.Numbers(pair.buffer))]);
        }
    }

    [Fact]
    public void Training_on_the_card_certifies_as_on_the_processor()
    {
        GraphicsCard.Require();

        var (expected, found) = (Run(TrainingDevice.Cpu), Run(TrainingDevice.Cuda));

        Assert.True(expected > 0.5);
        Assert.Equal(expected, found, 0.03);

        static double Run(TrainingDevice device)
        {
            var data = Blobs();
            using var network = new Mlp(new MlpConfiguration(6, [16, 16], 3) { BatchNorm = true }, 5);
            var objective = new CertifiedObjective(new CertifiedTrainingOptions { Epsilon = 0.05, Bound = CertifiedBound.CrownIbp, Schedule = EpsilonSchedule.Linear(2, 10), Minimum = null, Maximum = null, Judged = data });
            new Trainer(new() { Epochs = 20, BatchSize = 30, Seed = 1, ClipNorm = 10, Device = device, Optimizer = new AdamOptions { LearningRate = 1e-2 } }).Train(network, objective, data);
            return objective.Epochs[^1].CertifiedAccuracy;
        }
    }

    [Fact]
    public void Bounds_of_weights_on_the_card_are_those_of_the_processor()
    {
        var card = GraphicsCard.Require();
        foreach (var (kind, make) in Kinds)
            foreach (var method in Enum.GetValues<BoundMethod>())
            {
                var (expected, found) = (Bound(CPU), GraphicsCard.Exactly(() => Bound(card)));

                GraphicsCard.AssertClose(expected, found, 1e-4, $"{kind}, {method}");

                float[] Bound(Device device)
                {
                    using var scope = NewDisposeScope();
                    using var network = make();
                    network.to(device);
                    using var bounded = BoundedNetwork.From(network.ToGraph(), network.NamedTensors().ToDictionary(pair => pair.Name, pair => pair.Tensor));
                    var (box, wanted) = (InputBox.Around(full([2, .. network.InputShape], 0.4, float32), 0.01), Specification.Margins([0, 2], 3));
                    return GraphicsCard.Numbers(bounded.LowerBound(box, wanted, new BoundOptions { Method = method, Soundness = Soundness.Nominal }));
                }
            }
    }

    private static Dataset Blobs()
    {
        var data = TrainingSamples.Blobs(60, 60, 60);
        return data.WithFeatures(Array.ConvertAll(data.Features.ToArray(), value => value / 8));
    }
}
