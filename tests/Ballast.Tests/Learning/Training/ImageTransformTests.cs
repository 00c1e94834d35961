using Ballast.Core;
using Ballast.Data.Images.Augmentation;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using Ballast.Learning.Training.Feeding;
using Ballast.Learning.Training.Sampling;
using Ballast.Tests.Shared;
using static Ballast.Tests.Learning.Training.TrainingSamples;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Training;

public sealed class ImageTransformTests
{
    private static readonly Dataset Data = Images(40, 4);
    private static readonly TrainerOptions Options = new() { Epochs = 2, BatchSize = 16, Seed = 3, Transform = new ImageTransform(AugmentationPipeline.CropAndFlip, new Mixup(0.4, MixingUnit.Row)) };

    [Fact]
    public void Mixed_batches_carry_their_partners_and_the_very_mixture()
    {
        var watched = new Watched();
        using var network = new SmallCnn(4);

        new Trainer(Options with { Transform = new ImageTransform(null, new Mixup(0.4, MixingUnit.Row)), Epochs = 1 }).Train(network, watched, Data);

        var first = watched.Batches[0];
        for (var i = 0; i < 16; i++)
        {
            Assert.Equal(Data.Labels.Span[(int)first.Rows[i]], first.Labels[i]);
            // The pixel is a mixture of its own and of one of the partner's class, at the share that is told.
            var (own, share, pixel) = (Data.Row((int)first.Rows[i])[100], first.Share[i], first.Inputs[i * 784 + 100]);
            Assert.Contains(first.Rows, row => Data.Labels.Span[(int)row] == first.Partners[i] && Math.Abs(share * own + (1 - share) * Data.Row((int)row)[100] - pixel) < 1e-5);
        }
    }

    [Fact]
    public void Views_and_repeats_of_an_image_are_augmented_each_in_its_own_way()
    {
        var watched = new Watched();
        using var network = new SmallCnn(4);

        new Trainer(Options with { Epochs = 1, Views = 2, Sampler = new ClassBalancedSampler(64), BatchSize = 64, Transform = new ImageTransform(AugmentationPipeline.CropAndFlip) })
            .Train(network, watched, Data.Select([0, 1, 2, 3]));

        var batch = Assert.Single(watched.Batches);
        var distinct = batch.Inputs.Chunk(784).Select(image => string.Join(' ', image.Take(200))).Distinct().Count();
        // 4 images x 81 crops x 2 flips: most of the 128 differ.
        Assert.InRange(distinct, 85, 128);
        Assert.Equal(batch.Rows[..64], batch.Rows[64..]);
    }

    [Fact]
    public void Augmented_training_is_the_same_again_and_goes_on_after_a_stop()
    {
        var whole = Trained(Options);
        using var folder = new TemporaryFolder();
        var kept = Options with { Checkpoints = new(folder.Path) };

        Assert.Equal(whole, Trained(Options));
        Assert.Throws<OperationCanceledException>(() => Trained(kept, stopAfter: 4));
        Assert.Equal(whole, Trained(kept));
    }

    [Fact]
    public void Tables_are_no_images()
    {
        using var network = new Perceptron(6, 2);

        Assert.Contains("no images", Assert.Throws<ArgumentException>(() => new Trainer(Options).Train(network, TrainerTests.Plain(), Blobs(20, 20))).Message, StringComparison.Ordinal);
    }

    private static float[] Trained(TrainerOptions options, int stopAfter = int.MaxValue)
    {
        using var network = new SmallCnn(4);
        using var source = new CancellationTokenSource();
        new Trainer(options).Train(network, TrainerTests.Plain(), Data, progress: new Stopper(source, stopAfter), cancellation: source.Token);
        return Weights(network);
    }

    private sealed class Stopper(CancellationTokenSource source, int stopAfter) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step >= stopAfter)
                source.Cancel();
        }
    }

    private sealed record Seen(float[] Inputs, long[] Rows, long[] Labels, long[] Partners, float[] Share);

    private sealed class Watched : Objective
    {
        public List<Seen> Batches { get; } = [];

        public override Tensor Loss(Network network, Batch batch)
        {
            Batches.Add(new Seen(
                batch.Inputs.data<float>().ToArray(), batch.Rows.data<long>().ToArray(), batch.Labels!.data<long>().ToArray(),
                batch.Mixed?.Labels?.data<long>().ToArray() ?? [], batch.Mixed?.Share.data<float>().ToArray() ?? []));
            return nn.functional.cross_entropy(network.call(batch.Inputs), batch.Labels!);
        }
    }
}
