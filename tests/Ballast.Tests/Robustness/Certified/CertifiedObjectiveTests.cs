using Ballast.Core;
using Ballast.Data.Images;
using Ballast.Exchange.Networks;
using Ballast.Learning.Adversarial;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Optimization;
using Ballast.Robustness.Bounds;
using Ballast.Robustness.Certified;
using Ballast.Tests.Learning.Training;
using FsCheck.Xunit;
using TorchSharp;
using static TorchSharp.torch;
using SmallCnn = Ballast.Learning.Networks.SmallCnn;

namespace Ballast.Tests.Robustness.Certified;

/// <summary>The training loss bounds every loss that an attacker can reach, its gradients are right, and training leaves certified networks.</summary>
[Collection(TorchMemory.Name)]
public sealed class CertifiedObjectiveTests : IDisposable
{
    private readonly int threads = get_num_threads();

    public CertifiedObjectiveTests() => set_num_threads(1);

    public void Dispose() => set_num_threads(threads);

    [Property(MaxTest = 30)]
    public void No_point_of_the_box_has_a_larger_loss_than_the_bound(int seed)
    {
        using var scope = NewDisposeScope();
        using var network = Drawn(seed);
        var (batch, epsilon) = (BatchOf(network, seed, 8), 0.02 + 0.1 * RandomStream.For(seed, "radius").NextDouble());
        var threat = ThreatModel.Pixels(epsilon);
        network.eval();
        foreach (var bound in Enum.GetValues<CertifiedBound>())
        {
            var worst = Loss(network, batch, new CertifiedTrainingOptions { Epsilon = epsilon, Bound = bound, Schedule = EpsilonSchedule.Constant });
            var half = Loss(network, batch, new CertifiedTrainingOptions { Epsilon = 2 * epsilon, Bound = bound, Schedule = EpsilonSchedule.Linear(1, 2) }, step: 3);
            var found = new Pgd(threat) { Steps = 10, Restarts = 2 }.Run(network, batch.Inputs, batch.Labels!, AttackLoss.CrossEntropy, AttackKeys.Range(seed, 8));
            var attacked = nn.functional.cross_entropy(network.call(found.Adversarial), batch.Labels!).item<float>();
            var random = threat.Project(batch.Inputs + (batch.Inputs * 1e4).sin().sign() * epsilon, batch.Inputs);

            Assert.True(attacked <= worst * (1 + 1e-4) + 1e-5, $"{bound}: {attacked} > {worst}");
            Assert.True(attacked <= half * (1 + 1e-4) + 1e-5, $"{bound}, mixed: {attacked} > {half}");
            Assert.True(nn.functional.cross_entropy(network.call(random), batch.Labels!).item<float>() <= worst * (1 + 1e-4) + 1e-5);
        }
    }

    [Property(MaxTest = 20)]
    public void Fused_and_separate_losses_agree_by_intervals_and_fusion_bounds_the_worst_loss_by_lines(int seed)
    {
        using var scope = NewDisposeScope();
        using var network = Drawn(seed);
        network.eval();
        var batch = BatchOf(network, seed, 6);
        var labels = batch.Labels!.data<long>().ToArray();
        using var bounds = new TrainingBounds(network.ToGraph(), null, observes: false);
        bounds.Propagate(InputBox.Around(batch.Inputs, 0.05), CertifiedBound.CrownIbp);

        var fused = LossFusion.Of(bounds, batch.Labels!, 3, CertifiedBound.CrownIbp);
        var margins = bounds.IntervalBounds(Specification.Margins(Array.ConvertAll(labels, label => (int)label), 3).Rows).Lower;

        Assert.True(fused.PerSample(0).allclose(CertifiedLoss.PerSample(margins), 1e-9, 1e-9));
        Assert.True((fused.PerSample(1) - nn.functional.cross_entropy(bounds.Clean(batch.Inputs.to(float64)), batch.Labels!, reduction: nn.Reduction.None)).min().item<double>() >= -1e-9);
    }

    [Property(MaxTest = 10)]
    public void Gradients_are_those_of_finite_differences(int seed)
    {
        using var scope = NewDisposeScope();
        using var network = new Mlp(new MlpConfiguration(5, [6, 6], 3) { BatchNorm = seed % 2 == 0 }, seed);
        network.to(float64);
        network.train();
        var graph = network.ToGraph();
        var weights = network.NamedTensors().Where(pair => graph.Tensors.ContainsKey(pair.Name)).ToDictionary(pair => pair.Name, pair => pair.Tensor);
        var random = RandomStream.For(seed, "samples");
        var x = tensor(Enumerable.Range(0, 30).Select(_ => random.NextDouble()).ToArray()).reshape(6, 5);
        var y = tensor(new long[] { 0, 1, 2, 0, 1, 2 });
        Tensor Loss()
        {
            var bounds = new TrainingBounds(graph, weights, observes: true);
            bounds.Clean(x);
            var box = new InputBox(x - 0.05, x + 0.05);
            bounds.Propagate(box, CertifiedBound.CrownIbp);
            var terms = new CertifiedRegularizers(2).Terms(box, bounds.ReluInputs);
            return LossFusion.Of(bounds, y, 3, CertifiedBound.CrownIbp).PerSample(0.6).mean() + 0.5 * (terms.Tightness + terms.Relu);
        }
        var parameter = network.named_parameters().First().parameter;
        Loss().backward();
        var gradient = parameter.grad!.clone();

        var agreements = 0;
        for (var i = 0; i < 6; i++)
        {
            using var frozen = no_grad();
            const double h = 1e-6;
            parameter[i, i % 5] += h;
            var above = Loss().item<double>();
            parameter[i, i % 5] -= 2 * h;
            var below = Loss().item<double>();
            parameter[i, i % 5] += h;
            if (Math.Abs((above - below) / (2 * h) - gradient[i, i % 5].item<double>()) <= 1e-4 * (1 + Math.Abs(gradient[i, i % 5].item<double>())))
                agreements++;
        }
        // A kink may lie within a step.
        Assert.True(agreements >= 5, $"{agreements} of 6");
    }

    [Fact]
    public void Running_statistics_move_as_those_of_plain_training_do()
    {
        using var scope = NewDisposeScope();
        using var plain = new SmallCnn(new SmallCnnConfiguration(new ImageShape(1, 8, 8), [3], 8, 3) { BatchNorm = true }, 1);
        using var certified = plain.Clone();
        var batch = BatchOf(plain, 2, 8);
        plain.train();
        certified.train();
        plain.call(batch.Inputs);

        Loss(certified, batch, new CertifiedTrainingOptions { Epsilon = 0.1, Schedule = EpsilonSchedule.Constant });

        foreach (var ((name, mine), (_, its)) in plain.named_buffers().Zip(certified.named_buffers()).Where(pair => pair.First.buffer.is_floating_point()))
            Assert.True(mine.allclose(its, 1e-4, 1e-5), name);
    }

    [Fact]
    public void Training_raises_certified_accuracy_and_holds_no_tensors()
    {
        var data = Scaled(TrainingSamples.Blobs(60, 60, 60));
        using var network = new Mlp(new MlpConfiguration(6, [24, 24], 3) { BatchNorm = true }, 3);
        IbpInitializer.Apply(network, 3);
        var objective = new CertifiedObjective(new CertifiedTrainingOptions { Epsilon = 0.05, Schedule = EpsilonSchedule.Smoothed(2, 5), Regularizers = new CertifiedRegularizers(), Judged = data, Bound = CertifiedBound.CrownIbp });

        new Trainer(new TrainerOptions { Epochs = 12, BatchSize = 32, Optimizer = new AdamOptions { LearningRate = 5e-3 } }).Train(network, objective, data);

        Assert.Equal(12, objective.Epochs.Count);
        Assert.True(objective.Epochs[^1].CertifiedAccuracy > 0.7, $"{objective.Epochs[^1]}");
        Assert.Equal(0.05, objective.Epochs[^1].Epsilon);
        Assert.Equal(2, objective.Epochs[2].Layers.Count);
        Assert.Empty(objective.Epochs[^1].Layers);
        using var bounded = BoundedNetwork.From(network.ToGraph());
        Assert.InRange(new Certifier(bounded, new CertificationOptions { Method = BoundMethod.Ibp }).Run(data, ThreatModel.Pixels(0.05)).Certified.Value - objective.Epochs[^1].CertifiedAccuracy, -0.02, 0.02);
    }

    [Fact]
    public void Radius_and_range_are_meant_before_the_normalisation()
    {
        using var scope = NewDisposeScope();
        using var network = new SmallCnn(new SmallCnnConfiguration(new ImageShape(2, 8, 8), [3], 8, 3), 1);
        var batch = BatchOf(network, 2, 4);
        var normalization = new InputNormalization([0.3, 0.4], [0.2, 0.5]);
        var options = new CertifiedTrainingOptions { Epsilon = 0.03, Normalization = normalization };
        var inside = NormalizedModel.Normalize(batch.Inputs, normalization);

        var box = new TrainingBox(options, network.InputShape).Around(inside, 0.03);

        Assert.True(NormalizedModel.Undo(box.Lower, normalization).allclose((batch.Inputs - 0.03).clamp(0, 1), 1e-4, 1e-5));
        Assert.True(NormalizedModel.Undo(box.Upper, normalization).allclose((batch.Inputs + 0.03).clamp(0, 1), 1e-4, 1e-5));
        Assert.True(box.Lower.le(inside).all().item<bool>() && box.Upper.ge(inside).all().item<bool>());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_initialisation_keeps_the_width_of_intervals(bool isImage)
    {
        using var scope = NewDisposeScope();
        using Network network = isImage ? new SmallCnn(new SmallCnnConfiguration(new ImageShape(16, 8, 8), [64], 256, 3), 4) : new Mlp(400, [512, 512, 512], 3, 4);
        var plain = network.NamedTensors().ToDictionary(pair => pair.Name, pair => pair.Tensor.clone());
        IbpInitializer.Apply(network, 4);

        var gains = InitializationGain.Measure(network, InputBox.Around(BatchOf(network, 1, 16).Inputs, 0.05));

        // Nothing comes before the first layer: twice the gain behind a ReLU. Clipping of boxes is even.
        if (!isImage)
            Assert.All(gains.Skip(1), gain => Assert.InRange(gain, 0.9, 1.1));
        Assert.InRange(gains[0], isImage ? 1.5 : 1.8, 2.2);
        Assert.All(network.NamedTensors(), pair => Assert.Equal(pair.Name.StartsWith("head", StringComparison.Ordinal) || pair.Name.EndsWith("bias", StringComparison.Ordinal), pair.Tensor.equal(plain[pair.Name]).all().item<bool>()));
        var deviation = network.NamedTensors().First(pair => pair.Name.EndsWith("weight", StringComparison.Ordinal)).Tensor;
        var fanIn = deviation.numel() / deviation.shape[0];
        Assert.InRange(deviation.std().item<float>() / IbpInitializer.Deviation(fanIn), 0.95, 1.05);
    }

    [Fact]
    public void Callers_mistakes_are_told()
    {
        using var scope = NewDisposeScope();
        Assert.ThrowsAny<ArgumentException>(() => new CertifiedTrainingOptions { Epsilon = 0 });
        Assert.ThrowsAny<ArgumentException>(() => EpsilonSchedule.Smoothed(1, 5, mid: 1.5));
        Assert.ThrowsAny<ArgumentException>(() => EpsilonSchedule.Smoothed(1, 5, power: 1));
        Assert.ThrowsAny<ArgumentException>(() => EpsilonSchedule.Smoothed(1, -1));
        Assert.ThrowsAny<ArgumentException>(() => EpsilonSchedule.Smoothed(0, 1));
        Assert.ThrowsAny<ArgumentException>(() => new CertifiedRegularizers(0));
        var objective = new CertifiedObjective(new CertifiedTrainingOptions { Epsilon = 0.1 });
        using var resnet = EfficientNet.Create("b0", 3, 1);
        Assert.Contains("cannot be bounded", Assert.Throws<NotSupportedException>(() => objective.TrainingBegun(resnet, new TrainingPlan(TrainingSamples.Blobs(3, 3), 1, 1, 4, 0, CPU))).Message, StringComparison.Ordinal);
    }

    [Property(MaxTest = 50)]
    public void A_schedule_never_falls_and_ends_at_the_full_radius(int seed)
    {
        var random = RandomStream.For(seed, "schedule");
        var (start, length, batches) = (1 + random.Next(4), random.Next(7), 1 + random.Next(9));
        var schedule = random.Next(3) == 0 ? EpsilonSchedule.Linear(start, length) : EpsilonSchedule.Smoothed(start, length, random.NextDouble(), 2 + 3 * random.NextDouble());
        var values = Enumerable.Range(0, (start + length + 2) * batches).Select(i => schedule.At(i, batches, 0.3)).ToArray();

        Assert.All(values.Zip(values.Skip(1)), pair => Assert.True(pair.Second >= pair.First - 1e-12));
        Assert.All(values.Take((start - 1) * batches + 1), value => Assert.Equal(0, value));
        Assert.Equal(0.3, values[^1]);
        Assert.All(values, value => Assert.InRange(value, 0, 0.3 + 1e-12));
    }

    private static double Loss(Network network, Batch batch, CertifiedTrainingOptions options, long step = 0)
    {
        var objective = new CertifiedObjective(options);
        objective.TrainingBegun(network, new TrainingPlan(TrainingSamples.Blobs(3, 3), 4, 3, 4, 0, CPU));
        objective.BatchBegun(network, step);
        return objective.Loss(network, batch).item<float>();
    }

    private static Network Drawn(int seed) => (Math.Abs(seed) % 3) switch
    {
        0 => new Mlp(new MlpConfiguration(5, [9, 7], 3) { BatchNorm = seed % 2 == 0 }, seed),
        1 => new SmallCnn(new SmallCnnConfiguration(new ImageShape(1, 8, 8), [3, 4], 6, 3) { BatchNorm = seed % 2 == 0 }, seed),
        _ => new LeNet(new LeNetConfiguration(new ImageShape(1, 16, 16), 3), seed),
    };

    private static Batch BatchOf(Network network, int seed, int count)
    {
        var random = RandomStream.For(seed, "batch");
        var width = (int)network.InputShape.Aggregate(1L, (product, extent) => product * extent);
        return new Batch
        {
            Inputs = tensor(Enumerable.Range(0, count * width).Select(_ => (float)random.NextDouble()).ToArray()).reshape([count, .. network.InputShape]),
            Labels = tensor(Enumerable.Range(0, count).Select(i => (long)(i % 3)).ToArray()),
            Rows = arange(count, int64),
        };
    }

    private static Dataset Scaled(Dataset data)
    {
        var values = data.Features.ToArray();
        var (low, high) = (values.Min(), values.Max());
        return data.WithFeatures(Array.ConvertAll(values, value => (value - low) / (high - low)));
    }
}
