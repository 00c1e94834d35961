using static TorchSharp.torch;

namespace Ballast.Robustness.Certified;

/// <summary>What the regularisers found on a batch.</summary>
/// <param name="Tightness">L_tight.</param>
/// <param name="Relu">L_relu.</param>
/// <param name="InputWidth">Δ_0: mean half-width of the input box.</param>
/// <param name="Layers">Each ReLU layer.</param>
internal sealed record RegularizerTerms(Tensor Tightness, Tensor Relu, double InputWidth, IReadOnlyList<LayerRegularity> Layers);
