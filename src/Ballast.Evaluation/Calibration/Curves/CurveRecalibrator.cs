using Ballast.Core;

namespace Ballast.Evaluation.Calibration.Curves;

/// <summary>A recalibrator that learns a curve from probabilities and whether they came true.</summary>
public abstract class CurveRecalibrator(RecalibrationScope scope) : IRecalibrator
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <summary>The method's name with the scope it is used in.</summary>
    protected string NameOf(string method) => scope == RecalibrationScope.TopLabel ? $"{method} of the top label" : method;

    /// <inheritdoc/>
    public ITrainedRecalibrator Fit(Predictions predictions, ReadOnlySpan<int> labels, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        LabelledRows.Check(labels, predictions.Count, predictions.Classes);
        if (scope == RecalibrationScope.TopLabel)
        {
            var (confidences, right) = TopLabel.Of(predictions, labels);
            return new TopLabelMap(FitCurve(confidences, right));
        }
        var curves = new List<ConfidenceCurve>();
        var hits = new bool[labels.Length];
        // Two classes need one curve: the other class has the rest.
        for (var k = predictions.Classes == 2 ? 1 : 0; k < predictions.Classes; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < hits.Length; i++)
                hits[i] = labels[i] == k;
            curves.Add(FitCurve(predictions.Column(k), hits));
        }
        return new OneAgainstRestMap(predictions.Classes, curves);
    }

    /// <summary>Learns one curve.</summary>
    /// <param name="confidences">n stated probabilities, at least one; a copy of the method's own.</param>
    /// <param name="hits">n outcomes.</param>
    public abstract ConfidenceCurve FitCurve(double[] confidences, ReadOnlySpan<bool> hits);

    /// <summary>Sorts stably by confidence and takes the outcomes along, as 0 and 1.</summary>
    private protected static double[] Sort(double[] confidences, ReadOnlySpan<bool> hits)
    {
        Guard.SameLength(confidences.Length, hits.Length, nameof(confidences), nameof(hits));
        if (hits.IsEmpty)
            throw new ArgumentException("There are no rows to learn from.", nameof(confidences));
        // Keys that carry the position make the sort stable.
        var order = Enumerable.Range(0, confidences.Length).ToArray();
        var keys = (double[])confidences.Clone();
        order.AsSpan().Sort((a, b) => keys[a] != keys[b] ? keys[a].CompareTo(keys[b]) : a.CompareTo(b));
        var outcomes = new double[order.Length];
        for (var i = 0; i < order.Length; i++)
            (confidences[i], outcomes[i]) = (keys[order[i]], hits[order[i]] ? 1 : 0);
        return outcomes;
    }
}
