using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ballast.Learning.LongTail;

/// <summary>What a method of the last layer works on: the features of a trained network, computed once, and its present head.</summary>
/// <remarks>The backbone is frozen and in evaluation mode, so that its features of an image do not change; only data without augmentation has such features.</remarks>
/// <param name="Features">n samples of shape [d] with their labels.</param>
/// <param name="Validation">The same of rows that trained nothing; null where there are none.</param>
/// <param name="Head">The head where it is linear; null for another kind.</param>
/// <param name="Seed">Seeds what is drawn at random.</param>
public sealed record HeadTraining(Dataset Features, Dataset? Validation, Linear? Head, int Seed)
{
    /// <summary>Computes the features of a trained network.</summary>
    /// <param name="network">Trained.</param>
    /// <param name="train">What it was trained on, with labels.</param>
    /// <param name="validation">Rows that trained nothing; null where there are none.</param>
    /// <param name="seed">Seeds what is drawn at random.</param>
    /// <param name="cancellation">Looked at between batches.</param>
    /// <exception cref="ArgumentException">The data have no labels or another sample shape than the network.</exception>
    public static HeadTraining Of(Network network, Dataset train, Dataset? validation = null, int seed = 0, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new(FeaturesOf(network, train, cancellation), validation is null ? null : FeaturesOf(network, validation, cancellation), network.LinearHead, seed);
    }

    /// <summary>The features of a network as a dataset with the same labels and row ids.</summary>
    public static Dataset FeaturesOf(Network network, Dataset data, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        if (data.Labels.Length != data.Count || data.Count == 0)
            throw new ArgumentException("The data have no labels.", nameof(data));
        using var scope = NewDisposeScope();
        var features = Inference.Features(network, data, cancellation: cancellation);
        return new Dataset(
            features.data<float>().ToArray(), data.Count, sampleShape: [(int)features.shape[1]], labels: data.Labels, classNames: data.ClassNames, rowIds: data.RowIds);
    }

    /// <summary>[n, d] the features of a dataset as a tensor.</summary>
    internal static Tensor Rows(Dataset features) => tensor(features.Features.ToArray(), [features.Count, features.Width]);
}
