using Ballast.Core;

namespace Ballast.Evaluation.Thresholds;

/// <summary>A tuned rule with the objective on the rows it was tuned on, which is too good for a promise: judge it on other rows.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Before">The objective of the most probable class.</param>
/// <param name="After">The objective of the rule.</param>
public sealed record TunedDecision(IDecisionRule Rule, double Before, double After);

/// <summary>Finds the decision rule that does best by an objective on given predictions: a threshold for two classes, weights for more.</summary>
/// <remarks>
/// Two classes: every distinct probability is tried; of equally good thresholds the one nearest to 1/2 is taken, placed midway between the two
/// probabilities it parts. More classes: coordinate ascent over w in argmax w_k p_k; along one weight all n switching points are
/// visited, O(K n log n) a pass, until a pass gains nothing.
/// </remarks>
/// <param name="objective">What to maximise.</param>
public sealed class DecisionTuner(DecisionObjective objective)
{
    private const int MostPasses = 10;
    private const double SmallestGain = 1e-12;

    /// <summary>What is maximised.</summary>
    public DecisionObjective Objective { get; } = objective;

    /// <summary>Tunes on rows that trained neither the model nor its recalibration.</summary>
    /// <param name="predictions">n x K probabilities, K at least 2.</param>
    /// <param name="labels">n classes 0..K-1.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">There are no rows, lengths differ, K is below 2, or a label lies outside 0..K-1.</exception>
    public TunedDecision Tune(Predictions predictions, ReadOnlySpan<int> labels, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        LabelledRows.Check(labels, predictions.Count, predictions.Classes);
        if (predictions.Classes < 2)
            throw new ArgumentException("A decision needs at least two classes.", nameof(predictions));
        return predictions.Classes == 2 ? TuneThreshold(predictions, labels) : TuneWeights(predictions, labels, cancellation);
    }

    private TunedDecision TuneThreshold(Predictions predictions, ReadOnlySpan<int> labels)
    {
        var before = new DecisionCounts(labels, new BinaryThreshold(0.5).Decide(predictions), 2, Objective).Value();
        var scores = predictions.Column(1);
        var y = labels.ToArray();
        Array.Sort(scores, y);
        var counts = new DecisionCounts(y, new int[y.Length], 2, Objective);
        // Nothing is decided to be class 1 yet: any threshold above the largest score.
        var (best, bestThreshold) = (counts.Value(), Math.Max(0.5, (scores[^1] + 1) / 2 + SmallestGain));
        for (var i = scores.Length - 1; i >= 0;)
        {
            var score = scores[i];
            for (; i >= 0 && scores[i] == score; i--)
                counts.Move(y[i], from: 0, to: 1);
            // Any threshold in (next lower score, this score] decides alike: 1/2 itself where it may be, else the middle.
            var below = i >= 0 ? scores[i] : 0;
            var threshold = below < 0.5 && score >= 0.5 ? 0.5 : Middle(below, score);
            var value = counts.Value();
            if (value > best + SmallestGain || (value >= best - SmallestGain && Math.Abs(threshold - 0.5) < Math.Abs(bestThreshold - 0.5)))
                (best, bestThreshold) = (Math.Max(best, value), threshold);
        }
        return new TunedDecision(new BinaryThreshold(bestThreshold), before, best);
    }

    private static double Middle(double below, double score)
    {
        var middle = below + (score - below) / 2;
        return middle > below ? middle : score;
    }

    private TunedDecision TuneWeights(Predictions predictions, ReadOnlySpan<int> labels, CancellationToken cancellation)
    {
        var classes = predictions.Classes;
        var weights = new double[classes];
        Array.Fill(weights, 1);
        var before = new DecisionCounts(labels, predictions.PredictedClasses(), classes, Objective).Value();
        var (best, rows) = (before, predictions.Count);
        var (switches, order, rivals) = (new double[rows], new int[rows], new int[rows]);
        for (var pass = 0; pass < MostPasses; pass++)
        {
            var start = best;
            for (var k = 0; k < classes; k++)
            {
                cancellation.ThrowIfCancellationRequested();
                FindSwitches(predictions, weights, k, switches, rivals);
                for (var i = 0; i < rows; i++)
                    order[i] = i;
                var keys = (double[])switches.Clone();
                Array.Sort(keys, order);
                best = Ascend(labels, rivals, keys, order, weights, k, best);
            }
            if (best <= start + SmallestGain)
                break;
        }
        var middle = Math.Exp(weights.Average(Math.Log));
        var rule = new DecisionWeights([.. weights.Select(weight => weight / middle)]);
        return new TunedDecision(rule, before, new DecisionCounts(labels, rule.Decide(predictions), classes, Objective).Value());
    }

    /// <summary>For each row the best other class, and the weight of class k from which on k beats it (infinite where p_k is 0).</summary>
    private static void FindSwitches(Predictions predictions, double[] weights, int k, double[] switches, int[] rivals)
    {
        for (var i = 0; i < switches.Length; i++)
        {
            var row = predictions.Row(i);
            var rival = k == 0 ? 1 : 0;
            for (var j = rival + 1; j < row.Length; j++)
                if (j != k && weights[j] * row[j] > weights[rival] * row[rival])
                    rival = j;
            rivals[i] = rival;
            switches[i] = row[k] > 0 ? weights[rival] * row[rival] / row[k] : double.PositiveInfinity;
        }
    }

    private double Ascend(ReadOnlySpan<int> labels, int[] rivals, double[] switches, int[] order, double[] weights, int k, double best)
    {
        var counts = new DecisionCounts(labels, rivals, weights.Length, Objective);
        for (var i = 0; i < switches.Length && double.IsFinite(switches[i]);)
        {
            var at = switches[i];
            for (; i < switches.Length && switches[i] == at; i++)
                counts.Move(labels[order[i]], from: rivals[order[i]], to: k);
            // Between this switching point and the next all weights decide alike: take the (geometric) middle.
            var next = i < switches.Length ? switches[i] : double.PositiveInfinity;
            var weight = at == 0 ? next / 2 : double.IsFinite(next) ? Math.Sqrt(at * next) : at * 2;
            var value = counts.Value();
            if (value > best + SmallestGain && weight > at && weight < next && double.IsFinite(weight))
                (best, weights[k]) = (value, weight);
        }
        return best;
    }
}
