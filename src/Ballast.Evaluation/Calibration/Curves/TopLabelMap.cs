using Ballast.Core;

namespace Ballast.Evaluation.Calibration.Curves;

/// <summary>A curve for the largest probability of a row; what remains is spread over the other classes in proportion (evenly where they have nothing).</summary>
/// <remarks>
/// The predicted class stays. Where the curve gives the top class less than another would then get, that is impossible with the curve's value: the row gets the least value
/// that keeps it, and <see cref="CountRaised"/> counts such rows.
/// </remarks>
/// <param name="Curve">The curve.</param>
public sealed record TopLabelMap(ConfidenceCurve Curve) : ITrainedRecalibrator
{
    private readonly ConfidenceCurve curve = Curve ?? throw new ArgumentNullException(nameof(Curve));

    /// <inheritdoc/>
    public Predictions Apply(Predictions predictions) => Apply(predictions, out _);

    /// <summary>Rows whose top class could not get the curve's value without ceasing to be the top.</summary>
    public int CountRaised(Predictions predictions)
    {
        Apply(predictions, out var raised);
        return raised;
    }

    private Predictions Apply(Predictions predictions, out int raised)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        var classes = predictions.Classes;
        raised = 0;
        var values = predictions.Values.ToArray();
        for (var i = 0; i < predictions.Count; i++)
        {
            var row = values.AsSpan(i * classes, classes);
            if (classes > 1 && Spread(row, predictions.ArgMax(i)))
                raised++;
        }
        return new Predictions(values, classes, predictions.RowIds);
    }

    private bool Spread(Span<double> row, int top)
    {
        var (rest, next) = (0.0, 0.0);
        for (var k = 0; k < row.Length; k++)
            if (k != top)
                (rest, next) = (rest + row[k], Math.Max(next, row[k]));
        // The largest other class gets the share r of what remains: v >= r (1 - v) asks for v >= r / (1 + r).
        var share = rest > 0 ? next / rest : 1.0 / (row.Length - 1);
        var (value, least) = (curve.At(row[top]), share / (1 + share));
        var raise = value < least;
        if (raise)
            value = least;
        for (var k = 0; k < row.Length; k++)
            row[k] = k == top ? value : (1 - value) * (rest > 0 ? row[k] / rest : 1.0 / (row.Length - 1));
        KeptOrder.Keep(row, top);
        return raise;
    }
}
