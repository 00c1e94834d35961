using Ballast.Exchange.Networks;
using Ballast.Robustness.Bounds;
using Ballast.Robustness.Bounds.Steps;
using static TorchSharp.torch;

namespace Ballast.Robustness.Certified;

/// <summary>Differentiable bounds of one training step, in the precision of the weights. Tensors belong to the scope around; good for one gradient.</summary>
internal sealed class TrainingBounds : IDisposable
{
    private readonly BoundedNetwork network;
    private readonly bool observes;
    private BoundState? state;
    private InputBox? box;

    /// <summary>Bounds of a network with the given weights.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="weights">Live weights by their name in the graph.</param>
    /// <param name="observes">Whether batch normalisation takes the statistics of clean batches.</param>
    public TrainingBounds(NetworkGraph graph, IReadOnlyDictionary<string, Tensor>? weights, bool observes)
    {
        (network, this.observes) = (BoundedNetwork.From(graph, weights), observes);
        Normalizations = [.. network.Steps.OfType<BatchNormStep>()];
    }

    /// <summary>Element type of weights and bounds.</summary>
    public ScalarType Type => network.Type;

    /// <summary>Batch normalisations, with their statistics once a batch was observed.</summary>
    public IReadOnlyList<BatchNormStep> Normalizations { get; }

    /// <summary>Bounds before each ReLU.</summary>
    public IReadOnlyList<NodeBounds> ReluInputs => [.. network.Steps.OfType<ReluStep>().Select(step => state!.Bounds[step.Inputs[0]]!)];

    /// <summary>Scores of the clean batch, [B, K]; batch normalisation takes its statistics where it is to.</summary>
    public Tensor Clean(Tensor inputs) => observes ? network.Observe(inputs) : network.Forward(inputs);

    /// <summary>Bounds every neuron by intervals, and finds the lines around them where linear bounds will be asked for.</summary>
    public void Propagate(InputBox box, CertifiedBound bound)
    {
        this.box = network.Converted(box);
        state = new Propagation(network, new BoundOptions { Method = bound == CertifiedBound.Ibp ? BoundMethod.Ibp : BoundMethod.CrownIbp, Soundness = Soundness.Nominal }).Run(this.box);
    }

    /// <summary>Both bounds of C f by intervals, the rows merged into the last layer: [B, R, K] to [B, R] each.</summary>
    public (Tensor Lower, Tensor Upper) IntervalBounds(Tensor rows) => Pass(rows).RunMergedToEnds(network.Steps.Count - 1, rows.reshape([rows.shape[0], rows.shape[1], .. network.Steps[^1].Shape]));

    /// <summary>Lower bounds of C f by linear bounds taken back to the input: [B, R, K] to [B, R].</summary>
    public Tensor LinearBound(Tensor rows) => Pass(rows).Run(network.Steps.Count - 1, Flat(rows)).Lower.reshape(rows.shape[0], rows.shape[1]);

    /// <summary>The first step whose bounds are not finite; null where all are.</summary>
    public string? FirstOverflow()
    {
        for (var i = 1; i < network.Steps.Count; i++)
            if (state?.Bounds[i] is { } bounds && !(bounds.Lower.isfinite().all().item<bool>() && bounds.Upper.isfinite().all().item<bool>()))
                return network.Steps[i].Name;
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();

    private Tensor Flat(Tensor rows) => rows.reshape([rows.shape[0] * rows.shape[1], .. network.Steps[^1].Shape]);

    // One row a box stands for its box by its place.
    private BackwardPass Pass(Tensor rows)
    {
        var (boxes, count) = (rows.shape[0], rows.shape[1]);
        var owner = boxes == 1 || count == 1 ? null : arange(boxes, int64, network.Device).repeat_interleave(count);
        return new BackwardPass(state!, owner, zeros([boxes * count], network.Type, network.Device));
    }
}
