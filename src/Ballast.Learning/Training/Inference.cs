using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Learning.Training.Feeding;
using static TorchSharp.torch;

namespace Ballast.Learning.Training;

/// <summary>What a network says of samples: batch after batch, in evaluation mode, without gradients. The network's own mode is put back.</summary>
public static class Inference
{
    private const int DefaultBatch = 512;

    /// <summary>The network's outputs: class scores, or the prediction for regression.</summary>
    /// <param name="network">On any device.</param>
    /// <param name="data">n samples of the network's shape.</param>
    /// <param name="batchSize">Samples of one forward pass, at least 1.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    /// <returns>[n, K], float32, on the processor; the caller's to dispose of.</returns>
    public static Tensor Logits(Network network, Dataset data, int batchSize = DefaultBatch, CancellationToken cancellation = default) =>
        InBatches(network, data, batchSize, network.call, cancellation);

    /// <summary>The features that enter the head.</summary>
    /// <inheritdoc cref="Logits"/>
    /// <returns>[n, d], float32, on the processor; the caller's to dispose of.</returns>
    public static Tensor Features(Network network, Dataset data, int batchSize = DefaultBatch, CancellationToken cancellation = default) =>
        InBatches(network, data, batchSize, network.Features, cancellation);

    /// <summary>Softmax of the class scores, in float64.</summary>
    /// <inheritdoc cref="Logits"/>
    public static Predictions Probabilities(Network network, Dataset data, int batchSize = DefaultBatch, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        var probabilities = Logits(network, data, batchSize, cancellation).to(float64).softmax(1);
        return new Predictions(probabilities.data<double>().ToArray(), (int)probabilities.shape[1], data.RowIds);
    }

    /// <summary>The class with the largest score for each sample, the first on ties.</summary>
    /// <inheritdoc cref="Logits"/>
    public static int[] Classes(Network network, Dataset data, int batchSize = DefaultBatch, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        return Array.ConvertAll(Logits(network, data, batchSize, cancellation).argmax(1).data<long>().ToArray(), k => (int)k);
    }

    private static Tensor InBatches(Network network, Dataset data, int batchSize, Func<Tensor, Tensor> pass, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(data);
        Guard.Positive(batchSize);
        SampleShapes.Check(network, data.SampleShape, nameof(data));
        var training = network.training;
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        try
        {
            network.eval();
            var device = network.parameters().First().device;
            var inputs = SampleTensors.Inputs(data);
            var outputs = new List<Tensor>();
            for (var start = 0; start < data.Count; start += batchSize)
            {
                cancellation.ThrowIfCancellationRequested();
                using var step = NewDisposeScope();
                outputs.Add(pass(inputs.narrow(0, start, Math.Min(batchSize, data.Count - start)).to(device)).cpu().MoveToOuterDisposeScope());
            }
            return (outputs.Count > 0 ? cat(outputs) : pass(inputs.to(device)).cpu()).MoveToOuterDisposeScope();
        }
        finally
        {
            network.train(training);
        }
    }
}
