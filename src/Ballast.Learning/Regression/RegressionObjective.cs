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
    private const int Chunk = 1024;

    private FeatureDistributionSmoothing? smoothing;
    private Dataset? data;
    private int epoch;

    /// <summary>Feature distribution smoothing; null for none.</summary>
    public FdsOptions? FeatureSmoothing { get; init; }

    /// <summary>Predictions are outputs * Scale + Offset: amounts far from 0 and 1 train badly as raw outputs.</summary>
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
        var targets = batch.Targets ?? throw new ArgumentException("The batch has no targets: this objective predicts amounts.", nameof(batch));
        var features = network.Features(batch.Inputs);                                                          // [B, d]
        var entering = smoothing is not null && epoch >= FeatureSmoothing!.FirstEpoch ? smoothing.Smooth(features, targets) : features;
        var predictions = Scale.Apply(network.Head.call(entering));                                             // [B, c]
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
        using var _ = no_grad();
        var parts = new List<Tensor>();
        var shape = data!.SampleShape.Select(extent => (long)extent).ToArray();
        for (var start = 0; start < data.Count; start += Chunk)
        {
            using var part = NewDisposeScope();
            var rows = Math.Min(Chunk, data.Count - start);
            var inputs = tensor(data.Features.Slice(start * data.Width, rows * data.Width).ToArray(), [rows, .. shape]).to(smoothing.RunningMean.device);
            parts.Add(network.Features(inputs).MoveToOuterDisposeScope());
        }
        smoothing.UpdateEpoch(cat(parts), tensor(data.Targets.ToArray(), float64));
    }

    /// <inheritdoc/>
    public void Dispose() => smoothing?.Dispose();
}
