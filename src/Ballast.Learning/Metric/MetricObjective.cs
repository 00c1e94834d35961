using Ballast.Core;
using Ballast.Learning.Networks;
using Ballast.Learning.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Ballast.Learning.Metric;

/// <summary>Metric learning: the network's outputs are embeddings, and a loss of pairs or proxies shapes them.</summary>
/// <remarks>Batches should hold several samples of each class: <see cref="Training.Sampling.ClassBatchSampler"/>. Accuracies that the trainer computes of outputs mean nothing here; judge by operating-point inconsistency and Recall@1.</remarks>
/// <param name="loss">The loss.</param>
/// <param name="proxyRate">Rate of the loss's own parameters over the network's, above 0.</param>
public sealed class MetricObjective(MetricLoss loss, double proxyRate = 10) : Objective
{
    /// <inheritdoc/>
    public override double ParameterRate { get; } = Guard.Positive(proxyRate);

    /// <inheritdoc/>
    public override IEnumerable<(string Name, Parameter Parameter)> NamedParameters => loss.NamedParameters;

    /// <inheritdoc/>
    public override Tensor Loss(Network network, Batch batch) => loss.Forward(network.call(batch.Inputs), Labels(batch));

    /// <inheritdoc/>
    public override Tensor ValidationLoss(Tensor outputs, Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return loss.Forward(outputs, Labels(batch));
    }

    /// <summary>The loss and the rate, by which a checkpoint knows its training.</summary>
    public override string ToString() => $"{nameof(MetricObjective)} {{ Loss = {loss}, ProxyRate = {ParameterRate} }}";

    private static Tensor Labels(Batch batch) => batch.Labels ?? throw new ArgumentException("The batch has no labels: embeddings are learnt from classes.", nameof(batch));
}
