using Ballast.Core;

namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>softmax(f((z - Mean) / Scale)) of log probabilities z, f a monotone network.</summary>
/// <param name="Mean">Mean of the fitting data's log probabilities.</param>
/// <param name="Scale">Their standard deviation, above 0.</param>
/// <param name="Hidden">Units h of both hidden layers, 1 to 1000.</param>
/// <param name="Parameters">w1 [h], b1 [h], W2 [h, h], b2 [h], w3 [h], b3.</param>
public sealed record MonotoneNetworkMap(double Mean, double Scale, int Hidden, IReadOnlyList<double> Parameters) : LogitMap
{
    private readonly double[] parameters = FiniteNumbers.Of(Parameters, MonotoneNetwork.ParameterCount(Guard.InRange(Hidden, 1, 1000)), nameof(Parameters));
    private readonly double mean = double.IsFinite(Mean) ? Mean : throw new ArgumentException("Mean must be finite.", nameof(Mean)), scale = Guard.Positive(Scale);

    /// <inheritdoc/>
    public override Predictions Apply(Logits logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        var classes = logits.Classes;
        var given = logits.Values.ToArray();
        var values = logits.Normalised().Values.ToArray();
        RowChunks.Map(logits.Count, (start, end) =>
        {
            var network = new MonotoneNetwork(Hidden);
            var block = values.AsSpan(start * classes, (end - start) * classes);
            foreach (ref var value in block)
                value = network.Value(parameters, (value - mean) / scale);
            RowSoftmax.Apply(block, classes);
            for (var i = start; i < end; i++)
                KeptOrder.Keep(values.AsSpan(i * classes, classes), KeptOrder.Top(given.AsSpan(i * classes, classes)));
            return 0;
        });
        return new Predictions(values, classes, logits.RowIds);
    }
}
