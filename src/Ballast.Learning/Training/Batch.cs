using static TorchSharp.torch;

namespace Ballast.Learning.Training;

/// <summary>The samples of one step, as tensors on the network's device. The trainer owns and disposes of them.</summary>
/// <remarks>
/// With V views of each sample the batch holds B = V x n rows, view after view: rows i, n + i, 2n + i ... are views of one sample,
/// and labels, weights and the rest stand once for every row.
/// </remarks>
public sealed class Batch
{
    /// <summary>[B, sample shape], float32.</summary>
    public required Tensor Inputs { get; init; }

    /// <summary>[B] class indices, int64; null for regression.</summary>
    public Tensor? Labels { get; init; }

    /// <summary>[B, c] real targets, float32; null for classification.</summary>
    public Tensor? Targets { get; init; }

    /// <summary>[B] weights of at least 0, float32; null means all 1.</summary>
    public Tensor? Weights { get; init; }

    /// <summary>[B] group or domain index, int64, -1 where unknown; null without groups.</summary>
    public Tensor? Groups { get; init; }

    /// <summary>[B] positions in the training set, int64, for methods that keep something about each sample.</summary>
    public required Tensor Rows { get; init; }

    /// <summary>Where samples are mixed (Mixup, CutMix): what the other part is; null otherwise.</summary>
    public MixedPartners? Mixed { get; init; }

    /// <summary>Views V of each sample, at least 1.</summary>
    public int Views { get; init; } = 1;

    /// <summary>Rows B, views counted.</summary>
    public int Count => (int)Inputs.shape[0];
}
