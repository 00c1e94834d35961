using Ballast.Learning.Networks;
using Ballast.Robustness.Bounds;
using Ballast.Robustness.Certified;
using static TorchSharp.torch;

namespace Ballast.Robustness.Tightness;

/// <summary>Inner product of what interval training adds to the gradient with the gradient of tightness: ⟨∇(L_IBP − L), ∇τ⟩ over all weights. Below 0 means that interval training raises tightness.</summary>
/// <remarks>Source: Mao et al. (ICLR 2024), theorem 3.9, which shows that it is not above 0 for a two-layer linear network with Gaussian weights.</remarks>
public static class TightnessGradientAlignment
{
    /// <summary>Of a network on a batch, in evaluation mode.</summary>
    /// <param name="network">Linear layers, convolutions, normalisations and ReLUs.</param>
    /// <param name="inputs">[B, ...], float32.</param>
    /// <param name="labels">[B], int64.</param>
    /// <param name="box">Boxes around the inputs.</param>
    public static double Of(Network network, Tensor inputs, Tensor labels, InputBox box)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(box);
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var graph = network.ToGraph();
        var weights = network.NamedTensors().Where(pair => graph.Tensors.ContainsKey(pair.Name)).ToDictionary(pair => pair.Name, pair => pair.Tensor);
        Tensor[] parameters = [.. network.named_parameters().Where(pair => weights.ContainsKey(pair.name) && pair.parameter.requires_grad).Select(pair => pair.parameter)];

        using var bounds = new TrainingBounds(graph, weights, observes: false);
        bounds.Propagate(box, CertifiedBound.Ibp);
        var clean = bounds.Clean(inputs);
        var worse = LossFusion.Of(bounds, labels, (int)clean.shape[1], CertifiedBound.Ibp).PerSample(0).mean() - nn.functional.cross_entropy(clean, labels);
        var added = autograd.grad([worse], parameters, allow_unused: true);

        using var bounded = BoundedNetwork.From(graph, weights);
        var specification = Specification.Margins(Array.ConvertAll(labels.data<long>().ToArray(), label => (int)label), (int)clean.shape[1]);
        var tightness = autograd.grad([PropagationTightness.Local(bounded, inputs, box, specification).Ratio.mean()], parameters, allow_unused: true);
        return added.Zip(tightness).Where(pair => pair.First is { IsInvalid: false } && pair.Second is { IsInvalid: false }).Sum(pair => (pair.First * pair.Second).sum().to(float64).item<double>());
    }
}
