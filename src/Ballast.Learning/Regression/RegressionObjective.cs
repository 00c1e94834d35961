using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ballast.Learning.Regression;

/// <summary>Regression: a loss of the network's outputs, with regularisers of its features and smoothing of them before the head where asked.</summary>
/// <remarks>
/// Regularisers see the features before smoothing and predictions without gradient. Label distribution smoothing is no part of this: it is weights of the dataset
/// (<see cref="LabelDistributionSmoothing.Apply"/>). A batch with several views gives every view its loss.
/// </remarks>
/// <param name="loss">The base loss.</param>
/// <param name="regularizers">Extra terms such as <see cref="ConRLoss"/>.</param>
public sealed class RegressionObjective(RegressionLoss loss, params RegularizerTerm[] regularizers) : Objective, IDisposable
{
    private FeatureDistributionSmoothing? smoothing;
    private Dataset? data;
    private int epoch;

    /// <summary>Feature distribution smoothing; null for none.</summary>
    public FdsOptions? FeatureSmoothing { get; init; }

    /// <summary>How outputs become predictions: amounts far from 0 and 1 train badly as raw outputs. <see cref="OutputScale.FoldInto"/> ends training.</summary>
    public OutputScale Scale { get; init; } = OutputScale.Identity;

    /// <inheritdoc/>
    public override IEnumerable<(string Name, Parameter Parameter)> NamedParameters => loss.NamedParameters;

    /// <inheritdoc/>
    public override IEnumerable<(string Name, Tensor Tensor)> State => smoothing?.State ?? [];

    /// <inheritdoc/>
    public override void TrainingBegun(Network network, TrainingPlan plan)
    {
        if (FeatureSmoothing is null)
            return;
        smoothing?.Dispose();
        smoothing = new FeatureDistributionSmoothing(network.FeatureCount, FeatureSmoothing, device: plan.Device);
        data = plan.Data;
    }

    /// <inheritdoc/>
    public override void EpochBegun(Network network, int epoch) => this.epoch = epoch;

    /// <inheritdoc/>
    public override void BatchBegun(Network network, long step)
    {
        foreach (var term in regularizers)
            term.Regularizer.BatchBegun(step);
    }

    /// <inheritdoc/>
    public override Tensor Loss(Network network, Batch batch)
    {
        var targets = Targets(batch);                                                                           // [B, c]
        var features = network.Features(batch.Inputs);                                                          // [B, d]
        var entering = smoothing is not null && epoch >= FeatureSmoothing!.FirstEpoch ? smoothing.Smooth(features, targets) : features;
        var predictions = Scale.Apply(network.Outputs(entering));                                             // [B, c]
        var total = loss.Forward(predictions, targets, batch.Weights, batch.Mixed);
        foreach (var (regularizer, weight) in regularizers)
            total = total + weight * regularizer.Forward(features, targets, predictions.detach(), batch.Weights);
        return total;
    }

    /// <inheritdoc/>
    public override void EpochEnded(Network network, int epoch)
    {
        if (smoothing is null)
            return;
        using var scope = NewDisposeScope();
        smoothing.UpdateEpoch(Inference.Features(network, data!), tensor(data!.Targets.ToArray(), float64));
    }

    /// <inheritdoc/>
    public override Tensor ValidationLoss(Tensor outputs, Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return loss.Forward(Scale.Apply(outputs), Targets(batch), batch.Weights);
    }

    /// <summary>Loss, regularisers and smoothing, by which a checkpoint knows its training.</summary>
    public override string ToString() => string.Join("; ", [$"{loss}", .. regularizers.Select(term => $"{term.Regularizer} times {term.Weight:R}"), $"{FeatureSmoothing}", $"{Scale}"]);

    /// <inheritdoc/>
    public void Dispose() => smoothing?.Dispose();

    private static Tensor Targets(Batch batch) =>
        batch.Targets ?? throw new ArgumentException("The batch has no targets: this objective predicts amounts.", nameof(batch));
}
