using static TorchSharp.torch;

namespace Ballast.Learning.Adversarial;

/// <summary>What an attack found, a sample a row; the tensors belong to the caller's dispose scope.</summary>
/// <param name="Adversarial">[B, ...] the misclassified iterate of greatest loss; <see cref="Best"/> where none was misclassified.</param>
/// <param name="Best">[B, ...] the iterate of greatest loss over all steps and restarts, the starts included.</param>
/// <param name="BestLoss">[B] the loss there.</param>
/// <param name="Last">[B, ...] the last iterate of the first ascent.</param>
/// <param name="Success">[B] whether some iterate was misclassified, or its loss was NaN.</param>
/// <param name="Trace">[T + 1, B] losses of the first ascent, the start first.</param>
public sealed record AttackResult(Tensor Adversarial, Tensor Best, Tensor BestLoss, Tensor Last, bool[] Success, Tensor Trace);
