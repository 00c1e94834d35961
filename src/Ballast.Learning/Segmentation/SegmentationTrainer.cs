using Ballast.Core;
using Ballast.Data.Segmentation;
using Ballast.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Ballast.Learning.Segmentation;

/// <summary>Trains any network from images to pixel scores, and predicts masks with it.</summary>
/// <remarks>Apart from <see cref="Trainer"/>, which feeds one label a sample: here masks move with their images under augmentation.</remarks>
/// <param name="options">How to train; null for the defaults.</param>
public sealed class SegmentationTrainer(SegmentationTrainerOptions? options = null)
{
    private const int PredictedAtOnce = 50;

    /// <summary>How this trainer trains.</summary>
    public SegmentationTrainerOptions Options { get; } = options ?? new();

    /// <summary>Trains in place and leaves the network in evaluation mode.</summary>
    /// <param name="network">[B, c, H, W] to [B, K, H, W], on the processor.</param>
    /// <param name="loss">What is made small.</param>
    /// <param name="data">Images with masks and groups.</param>
    /// <param name="progress">Told of every epoch.</param>
    /// <param name="cancellation">Stops between steps.</param>
    /// <returns>Mean loss of each epoch.</returns>
    /// <exception cref="ArgumentException">Classes of loss and images differ, or the network takes other images.</exception>
    /// <exception cref="TrainingDivergedException">A loss was NaN or infinite.</exception>
    public IReadOnlyList<double> Train(
        nn.Module<Tensor, Tensor> network, SegmentationLoss loss, SegmentationSet data, IProgress<ProgressUpdate>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(data);
        if (loss.Classes != data.Classes)
            throw new ArgumentException($"The loss is of {loss.Classes} classes, the masks of {data.Classes}.", nameof(loss));
        var device = Options.Device.Resolve();
        using var kernels = DeterministicKernels.On(device);
        using var threads = TorchThreads.Use(Options.Threads);
        using var scope = NewDisposeScope();
        network.to(device);
        var perEpoch = (data.Count + Options.BatchSize - 1) / Options.BatchSize;
        long step = 0, steps = (long)perEpoch * Options.Epochs;
        var optimizer = optim.Adam(network.parameters(), Options.LearningRate);
        var losses = new List<double>();
        network.train();
        for (var epoch = 0; epoch < Options.Epochs; epoch++)
        {
            var order = RandomStream.For(Options.Seed, "segmentation order", epoch).Permutation(data.Count);
            var sum = 0.0;
            foreach (var rows in order.Chunk(Options.BatchSize))
            {
                cancellation.ThrowIfCancellationRequested();
                var rate = Options.LearningRate * Math.Pow(1 - (double)step / steps, Options.Power);
                sum += rows.Length * Step(network, loss, optimizer, data, rows, device, epoch, step++, rate);
            }
            losses.Add(sum / data.Count);
            progress?.Report(new ProgressUpdate($"epoch {epoch + 1}, loss {losses[^1]:0.0000}", (epoch + 1.0) / Options.Epochs));
        }
        network.eval();
        return losses;
    }

    /// <summary>The most likely class of every pixel, the lower one on ties.</summary>
    /// <param name="network">[B, c, H, W] to [B, K, H, W]; run in evaluation mode, its mode put back.</param>
    /// <param name="data">n images.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <returns>n h w classes.</returns>
    public byte[] Predict(nn.Module<Tensor, Tensor> network, SegmentationSet data, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        using var threads = TorchThreads.Use(Options.Threads);
        using var frozen = no_grad();
        var training = network.training;
        var masks = new List<byte>(data.Masks.Length);
        try
        {
            network.eval();
            var device = network.parameters().FirstOrDefault()?.device ?? CPU;
            foreach (var rows in Enumerable.Range(0, data.Count).Chunk(PredictedAtOnce))
            {
                cancellation.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var shape = data.Shape;
                var images = tensor(data.Images.Slice(rows[0] * shape.Length, rows.Length * shape.Length).ToArray(), device: device).reshape(rows.Length, shape.Channels, shape.Height, shape.Width);
                masks.AddRange(Classes(network.call(images)));
            }
        }
        finally
        {
            network.train(training);
        }
        return [.. masks];
    }

    /// <summary>The class with the highest score of every pixel, the lower one on ties.</summary>
    /// <param name="logits">[B, K, H, W].</param>
    /// <returns>B h w classes.</returns>
    public static byte[] Classes(Tensor logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        using var scope = NewDisposeScope();
        var (batch, classes, pixels) = ((int)logits.shape[0], (int)logits.shape[1], (int)(logits.shape[2] * logits.shape[3]));
        var scores = logits.detach().cpu().to(float64).contiguous().data<double>().ToArray();
        var best = new byte[batch * pixels];
        for (var i = 0; i < batch; i++)
            for (var k = 1; k < classes; k++)
                for (var x = 0; x < pixels; x++)
                    if (scores[(i * classes + k) * pixels + x] > scores[(i * classes + best[i * pixels + x]) * pixels + x])
                        best[i * pixels + x] = (byte)k;
        return best;
    }

    private double Step(
        nn.Module<Tensor, Tensor> network, SegmentationLoss loss, optim.Optimizer optimizer, SegmentationSet data, int[] rows, Device device, int epoch, long step, double rate)
    {
        using var scope = NewDisposeScope();
        var (images, masks) = Batch(data, rows, device, epoch);
        foreach (var group in optimizer.ParamGroups)
            group.LearningRate = rate;
        optimizer.zero_grad();
        var scores = network.call(images);
        var value = loss.Forward(scores, masks, [.. rows.Select(row => data.Groups[row])]);
        var number = value.detach().to(float64).item<double>();
        if (!double.IsFinite(number))
            throw new TrainingDivergedException($"the loss is {number}", epoch, step, rate, scores.detach().abs().max().to(float64).item<double>(), double.NaN, inputsFinite: true, null);
        value.backward();
        optimizer.step();
        return number;
    }

    private (Tensor Images, Tensor Masks) Batch(SegmentationSet data, int[] rows, Device device, int epoch)
    {
        var shape = data.Shape;
        var (images, masks) = (new float[rows.Length * shape.Length], new byte[rows.Length * shape.Plane]);
        for (var i = 0; i < rows.Length; i++)
        {
            var (image, mask) = (data.Images.Slice(rows[i] * shape.Length, shape.Length), data.Masks.Slice(rows[i] * shape.Plane, shape.Plane));
            var (newImage, newMask) = (images.AsMemory(i * shape.Length, shape.Length), masks.AsMemory(i * shape.Plane, shape.Plane));
            if (Options.Augmentation is { } augmentation)
                augmentation.Apply(shape, image.Span, mask.Span, RandomStream.For(Options.Seed, "segmentation augmentation", (long)epoch * data.Count + rows[i]), newImage.Span, newMask.Span);
            else
            {
                image.CopyTo(newImage);
                mask.CopyTo(newMask);
            }
        }
        return (tensor(images, device: device).reshape(rows.Length, shape.Channels, shape.Height, shape.Width),
            tensor(Array.ConvertAll(masks, value => (long)value), device: device).reshape(rows.Length, shape.Height, shape.Width));
    }
}
