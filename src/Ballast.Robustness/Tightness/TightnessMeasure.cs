using System.Numerics.Tensors;
using Ballast.Core;
using Ballast.Learning.Adversarial;
using Ballast.Robustness.Bounds;
using static TorchSharp.torch;

namespace Ballast.Robustness.Tightness;

/// <summary>Measures local propagation tightness over a data set, with the margins of each sample's label as rows.</summary>
public static class TightnessMeasure
{
    private const int Together = 64;

    /// <summary>Measures.</summary>
    /// <param name="network">Scores of classes.</param>
    /// <param name="data">Labelled samples, at least one, in the network's unit.</param>
    /// <param name="threat">Radius in the maximum norm and range.</param>
    /// <param name="cancellation">Stops between batches.</param>
    /// <exception cref="NotSupportedException">A step is neither linear nor a ReLU.</exception>
    /// <exception cref="ArgumentException">There are no labelled samples, or they do not fit the network.</exception>
    public static TightnessReport Of(BoundedNetwork network, Dataset data, ThreatModel threat, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        if (data.Count == 0 || data.Labels.Length != data.Count)
            throw new ArgumentException("There are no labelled samples.", nameof(data));
        using var frozen = no_grad();
        var (ratios, right) = (new List<double>(), 0L);
        for (var from = 0; from < data.Count; from += Together)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var count = Math.Min(Together, data.Count - from);
            var x = tensor(data.Features.Slice(from * data.Width, count * data.Width).ToArray()).to(network.Type).reshape([count, .. network.InputShape]);
            var labels = data.Labels.Slice(from, count).ToArray();
            right += network.Forward(x).argmax(1).eq(tensor(Array.ConvertAll(labels, label => (long)label))).sum().item<long>();
            var found = PropagationTightness.Local(network, x, InputBox.Around(x, threat), Specification.Margins(labels, network.Outputs));
            ratios.AddRange(found.Ratio.to(float64).contiguous().data<double>().ToArray());
        }
        double[] sorted = [.. ratios.Order()];
        double At(double share) => sorted[(int)Math.Round(share * (sorted.Length - 1))];
        return new TightnessReport(TensorPrimitives.Sum<double>(sorted) / sorted.Length, new Interval(At(0.025), At(0.975)), (double)right / data.Count, data.Count);
    }
}
