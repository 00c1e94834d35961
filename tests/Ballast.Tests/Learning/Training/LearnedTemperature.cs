using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ballast.Tests.Learning.Training;

/// <summary>An objective with all that one may have: a trained parameter, a carried mean, noise by step, hooks that change what is carried.</summary>
internal sealed class LearnedTemperature : Objective, IDisposable
{
    private readonly Parameter scale = new(ones(1));
    private Tensor mean = zeros(16);
    private int seed;
    private double noise;

    public override IEnumerable<(string Name, Parameter Parameter)> NamedParameters => [("scale", scale)];

    public override IEnumerable<(string Name, Tensor Tensor)> State => [("mean", mean)];

    public void Dispose()
    {
        scale.Dispose();
        mean.Dispose();
    }

    public override void TrainingBegun(Network network, TrainingPlan plan)
    {
        seed = plan.Seed;
        mean.Dispose();
        mean = zeros(16, device: plan.Device).DetachFromDisposeScope();
    }

    public override void EpochBegun(Network network, int epoch)
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        mean.add_(network.LinearHead!.weight.mean([0]));
    }

    public override void BatchBegun(Network network, long step) => noise = RandomStream.For(seed, "temperature", step).NextGaussian();

    public override Tensor Loss(Network network, Batch batch)
    {
        var features = network.Features(batch.Inputs);   // [B, 16]
        using (no_grad())
            mean.mul_(0.9).add_(features.detach().mean([0]), alpha: 0.1);
        return nn.functional.cross_entropy(network.Head.call(features) * scale.to(features.device), batch.Labels!) + 0.01 * (1 + noise) * (features - mean).square().mean();
    }
}
