using Ballast.Exchange.Networks;
using Ballast.Learning.Adversarial;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using Ballast.Robustness.Bounds;
using static TorchSharp.torch;

namespace Ballast.Robustness.Certified;

/// <summary>Certified training: makes an upper bound of the worst cross-entropy on a box around each sample small, while the box grows.</summary>
/// <remarks>
/// Sources: Gowal et al. (2018, IBP), Zhang et al. (2020, CROWN-IBP), Xu et al. (2020, loss fusion), Shi et al. (NeurIPS 2021, the fast warm-up), Müller et al. (ICLR 2023, SABR). While the radius is 0 the loss is plain cross-entropy.
/// Batch normalisation takes the statistics of the clean batch, in the bounds too, and updates its running ones once a step; dropout is left out of bounds. Sample weights multiply the loss, not the regularisers.
/// </remarks>
/// <param name="options">Radius, bounds, ramp, regularisers.</param>
public sealed class CertifiedObjective(CertifiedTrainingOptions options) : Objective
{
    // Below this share linear bounds are not worth their pass.
    private const double LeastKappa = 1e-5;
    private const double LeastRegularizedRadius = 1e-6;
    private const int JudgedTogether = 256;

    private readonly CertifiedTrainingOptions options = options ?? throw new ArgumentNullException(nameof(options));
    private readonly List<CertifiedEpoch> epochs = [];
    private NetworkGraph? graph;
    private TrainingBox? around;
    private int stepsPerEpoch, classes;
    private long step;
    private int seed;
    private (double Tightness, double Relu, IReadOnlyList<LayerRegularity> Layers) last;

    /// <summary>The epochs of this run so far.</summary>
    public IReadOnlyList<CertifiedEpoch> Epochs => epochs;

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">A part of the network has no bound, or a weight cannot be found in the network by its name.</exception>
    public override void TrainingBegun(Network network, TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(plan);
        if (options.FirstWeights == FirstWeights.Ibp)
            IbpInitializer.Apply(network, plan.Seed);
        (graph, stepsPerEpoch, classes, seed) = (network.ToGraph(), plan.StepsPerEpoch, HeadConfiguration.Of(network.Head).Outputs, plan.Seed);
        var names = network.NamedTensors().Select(pair => pair.Name).ToHashSet();
        if (graph.Nodes.SelectMany(node => node.Operator.TrainableTensors).FirstOrDefault(tensor => !names.Contains(tensor.Name)) is { } lost)
            throw new NotSupportedException($"The network has no parameter '{lost.Name}': certified training needs weights named as in its graph.");
        using (new TrainingBounds(graph, LiveWeights(network), observes: false))
            around = new TrainingBox(options, network.InputShape);
        epochs.Clear();
    }

    /// <inheritdoc/>
    public override void BatchBegun(Network network, long step) => this.step = step;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The batch has no labels or holds mixed samples.</exception>
    /// <exception cref="TrainingDivergedException">A bound overflowed; the message names the layer.</exception>
    public override Tensor Loss(Network network, Batch batch)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(batch);
        var labels = batch.Labels ?? throw new ArgumentException("The batch has no labels: certified training classifies.", nameof(batch));
        if (batch.Mixed is not null)
            throw new ArgumentException("Mixed samples have no one label to certify; train without Mixup and CutMix.", nameof(batch));
        var epsilon = Radius;
        var lambda = options.Regularizers is { } regularizers && Epoch <= options.Schedule.LastOfRamp ? regularizers.Lambda * (1 - epsilon / options.Epsilon) : 0;
        if (epsilon == 0 && lambda == 0)
            return Mean(nn.functional.cross_entropy(network.call(batch.Inputs), labels, reduction: nn.Reduction.None), batch.Weights);
        using var bounds = new TrainingBounds(graph!, LiveWeights(network), network.training);
        var clean = epsilon == 0 || (network.training && bounds.Normalizations.Count > 0) ? bounds.Clean(batch.Inputs) : null;
        var kappa = (options.Epsilon - epsilon) / options.Epsilon;
        var kind = options.Bound == CertifiedBound.CrownIbp && epsilon > 0 && kappa >= LeastKappa ? CertifiedBound.CrownIbp : CertifiedBound.Ibp;
        var box = options.BoxShare < 1 && epsilon > 0 ? around!.Small(network, batch, labels, epsilon, AttackKeys.Of(batch, seed, step)) : around!.Around(batch.Inputs, epsilon == 0 ? LeastRegularizedRadius : epsilon);
        bounds.Propagate(box, kind);
        var losses = epsilon == 0
            ? nn.functional.cross_entropy(clean!, labels, reduction: nn.Reduction.None)
            : LossFusion.Of(bounds, labels, classes, kind).PerSample(kappa);
        var loss = Mean(losses, batch.Weights);
        if (lambda > 0)
        {
            var terms = options.Regularizers!.Terms(box, bounds.ReluInputs);
            last = (terms.Tightness.item<double>(), terms.Relu.item<double>(), terms.Layers);
            loss += ((terms.Tightness + terms.Relu) * lambda).to(loss.dtype);
        }
        if (!loss.isfinite().item<bool>() && bounds.FirstOverflow() is { } layer)
            throw new TrainingDivergedException($"the bounds of '{layer}' are not finite", Epoch - 1, step);
        if (network.training)
            UpdateRunning(network, bounds);
        return loss;
    }

    /// <inheritdoc/>
    public override void EpochEnded(Network network, int epoch)
    {
        ArgumentNullException.ThrowIfNull(network);
        var (clean, certified) = options.Judged is { Count: > 0 } judged ? Judge(network, judged) : (double.NaN, double.NaN);
        var regularized = last.Layers is not null && epoch + 1 <= options.Schedule.LastOfRamp;
        epochs.Add(new CertifiedEpoch(epoch + 1, Radius, clean, certified, regularized ? last.Tightness : double.NaN, regularized ? last.Relu : double.NaN, regularized ? last.Layers! : []));
    }

    /// <summary>The options, by which a checkpoint knows its training.</summary>
    public override string ToString() => $"{options}";

    // From 1.
    private int Epoch => (int)(step / Math.Max(1, stepsPerEpoch)) + 1;

    private double Radius => options.Schedule.At(step, stepsPerEpoch, options.Epsilon);

    private static Tensor Mean(Tensor losses, Tensor? weights) => (weights is null ? losses : losses * weights).mean();

    private Dictionary<string, Tensor> LiveWeights(Network network) =>
        network.NamedTensors().Where(pair => graph!.Tensors.ContainsKey(pair.Name)).ToDictionary(pair => pair.Name, pair => pair.Tensor);

    private static void UpdateRunning(Network network, TrainingBounds bounds)
    {
        if (bounds.Normalizations.Count == 0)
            return;
        using var frozen = no_grad();
        var buffers = network.NamedTensors().ToDictionary(pair => pair.Name, pair => pair.Tensor);
        foreach (var norm in bounds.Normalizations)
        {
            var (mean, variance) = (buffers[norm.RunningNames.Mean], buffers[norm.RunningNames.Variance]);
            var after = norm.Running(mean, variance);
            mean.copy_(after.Mean);
            variance.copy_(after.Variance);
        }
    }

    // By intervals at the full radius, with running statistics.
    private (double Clean, double Certified) Judge(Network network, Core.Dataset judged)
    {
        var (right, certified) = (0L, 0L);
        var device = network.parameters().First().device;
        for (var from = 0; from < judged.Count; from += JudgedTogether)
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            var count = Math.Min(JudgedTogether, judged.Count - from);
            var x = tensor(judged.Features.Slice(from * judged.Width, count * judged.Width).ToArray()).reshape([count, .. network.InputShape]).to(device);
            var labels = judged.Labels.Slice(from, count).ToArray();
            using var bounds = new TrainingBounds(graph!, LiveWeights(network), observes: false);
            var isRight = bounds.Clean(x).argmax(1).eq(tensor(Array.ConvertAll(labels, label => (long)label), device: device));
            bounds.Propagate(around!.Around(x, options.Epsilon), CertifiedBound.Ibp);
            var margins = bounds.IntervalBounds(Specification.Margins(labels, classes).Rows.to(float32, device)).Lower;
            right += isRight.sum().item<long>();
            certified += margins.gt(0).all(1).logical_and(isRight).sum().item<long>();
        }
        return ((double)right / judged.Count, (double)certified / judged.Count);
    }
}
