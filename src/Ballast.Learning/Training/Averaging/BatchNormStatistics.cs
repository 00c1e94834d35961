using Ballast.Learning.Networks;
using Ballast.Learning.Training.Feeding;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ballast.Learning.Training.Averaging;

/// <summary>BatchNorm statistics of averaged weights: those of the steps on the way belong to other weights.</summary>
internal static class BatchNormStatistics
{
    /// <summary>One pass over the training samples, every batch counting alike (as torch's <c>update_bn</c>), all else in evaluation mode.</summary>
    public static void Recompute(Network network, BatchFeed feed, int epoch)
    {
        var norms = network.modules().OfType<NormBase>().ToArray();
        if (norms.Length == 0)
            return;
        using var gradients = no_grad();
        var momenta = norms.Select(norm => norm.momentum).ToArray();
        network.eval();
        foreach (var norm in norms)
        {
            norm.reset_running_stats();
            norm.train();
            norm.momentum = null;
        }
        feed.Begin(epoch, 0);
        for (var b = 0; b < feed.BatchesPerEpoch; b++)
        {
            using var scope = NewDisposeScope();
            network.call(feed.Next(scope).Inputs);
        }
        foreach (var (norm, momentum) in norms.Zip(momenta))
            norm.momentum = momentum;
        network.eval();
    }
}
