using static TorchSharp.torch;

namespace Ballast.Learning.Training;

/// <summary>The second parts of mixed samples: row i is <c>Share[i]</c> of its own sample and the rest of its partner's.</summary>
/// <param name="Labels">[B] the partners' class indices, int64; null for regression.</param>
/// <param name="Targets">[B, c] the partners' targets; null for classification.</param>
/// <param name="Share">[B] the own sample's share in [0, 1], float32.</param>
public sealed record MixedPartners(Tensor? Labels, Tensor? Targets, Tensor Share);
