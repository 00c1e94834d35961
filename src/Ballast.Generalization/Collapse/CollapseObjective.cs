using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ballast.Generalization.Collapse;

/// <summary>Another objective, unchanged, whose network's last layer is measured on the training samples at the ends of epochs.</summary>
/// <param name="inner">What is trained.</param>
/// <param name="target">The geometry to compare with.</param>
/// <param name="every">Measures after every so many epochs, at least 1; the last epoch is always measured.</param>
/// <param name="measured">Told of each measurement; may be null.</param>
public sealed class CollapseObjective(Objective inner, CollapseTarget target, int every = 1, Action<CollapseEpoch>? measured = null) : Objective
{
    private readonly Objective inner = inner ?? throw new ArgumentNullException(nameof(inner));
    private readonly int every = Guard.Positive(every);
    private readonly List<CollapseEpoch> trajectory = [];
    private TrainingPlan? plan;

    /// <summary>The measurements so far, in order.</summary>
    public IReadOnlyList<CollapseEpoch> Trajectory => trajectory;

    /// <inheritdoc/>
    public override IEnumerable<(string Name, Parameter Parameter)> NamedParameters => inner.NamedParameters;

    /// <inheritdoc/>
    public override IEnumerable<(string Name, Tensor Tensor)> State => inner.State;

    /// <inheritdoc/>
    public override Tensor Loss(Network network, Batch batch) => inner.Loss(network, batch);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The network's head is not linear, or the samples have no classes.</exception>
    public override void TrainingBegun(Network network, TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(plan);
        if (network.LinearHead is null)
            throw new ArgumentException("The network's last layer is not linear: neural collapse is measured on a linear head.", nameof(network));
        if (plan.Data.Labels.IsEmpty)
            throw new ArgumentException("The samples have no classes.", nameof(plan));
        this.plan = plan;
        trajectory.Clear();
        inner.TrainingBegun(network, plan);
    }

    /// <inheritdoc/>
    public override void EpochBegun(Network network, int epoch) => inner.EpochBegun(network, epoch);

    /// <inheritdoc/>
    public override void EpochEnded(Network network, int epoch)
    {
        ArgumentNullException.ThrowIfNull(network);
        inner.EpochEnded(network, epoch);
        if (plan is null || ((epoch + 1) % every != 0 && epoch + 1 != plan.Epochs))
            return;
        using var scope = NewDisposeScope();
        var features = Inference.Features(network, plan.Data);                                       // [N, d]
        var head = network.LinearHead!;
        var scores = head.call(features.to(head.weight.device)).argmax(1).cpu().data<long>();
        var labels = plan.Data.Labels.Span;
        var right = 0;
        for (var i = 0; i < labels.Length; i++)
            if (scores[i] == labels[i])
                right++;
        var report = NeuralCollapse.Measure(features.data<float>().ToArray(), plan.Data.Labels, LayerOf(head), target);
        trajectory.Add(new CollapseEpoch(epoch, right / (double)labels.Length, report));
        measured?.Invoke(trajectory[^1]);
    }

    /// <inheritdoc/>
    public override void BatchBegun(Network network, long step) => inner.BatchBegun(network, step);

    /// <inheritdoc/>
    public override void GradientsReady(Network network, long step) => inner.GradientsReady(network, step);

    /// <inheritdoc/>
    public override void StepTaken(Network network, long step) => inner.StepTaken(network, step);

    private static LinearLayer LayerOf(Linear head)
    {
        using var scope = NewDisposeScope();
        var weight = head.weight.detach().cpu();
        return LinearLayer.Of(weight.data<float>().ToArray(), (int)weight.shape[0], head.bias is { } bias ? bias.detach().cpu().data<float>().ToArray() : default);
    }
}
