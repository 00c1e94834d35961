using Ballast.Core;

namespace Ballast.Evaluation.Metrics;

/// <summary>Counts of (label, decision) and the metrics of them; a bootstrap refills one in place.</summary>
internal sealed class ConfusionMatrix(int classes)
{
    private readonly int[] cells = new int[checked(classes * classes)];
    private readonly int[] labelled = new int[classes];
    private readonly int[] decided = new int[classes];

    public int Classes => classes;

    public int Count { get; private set; }

    public int this[int label, int decision] => cells[label * classes + decision];

    public int Labelled(int k) => labelled[k];

    public int Decided(int k) => decided[k];

    public static ConfusionMatrix From(ReadOnlySpan<int> labels, ReadOnlySpan<int> decisions, int classes)
    {
        Guard.Positive(classes);
        LabelledRows.Check(labels, decisions.Length, classes);
        LabelledRows.Check(decisions, labels.Length, classes, nameof(decisions));
        var matrix = new ConfusionMatrix(classes);
        for (var i = 0; i < labels.Length; i++)
            matrix.Add(labels[i], decisions[i], 1);
        return matrix;
    }

    public void Clear()
    {
        Array.Clear(cells);
        Array.Clear(labelled);
        Array.Clear(decided);
        Count = 0;
    }

    public void Add(int label, int decision, int count)
    {
        cells[label * classes + decision] += count;
        labelled[label] += count;
        decided[decision] += count;
        Count += count;
    }

    public double Recall(int k) => labelled[k] == 0 ? 0 : (double)this[k, k] / labelled[k];

    public double Precision(int k) => decided[k] == 0 ? 0 : (double)this[k, k] / decided[k];

    public double F1(int k) => labelled[k] + decided[k] == 0 ? 0 : 2.0 * this[k, k] / (labelled[k] + decided[k]);

    public double GMean(double correction)
    {
        // A sum of logarithms, since a product of many recalls may underflow.
        var (logs, present) = (0.0, 0);
        for (var k = 0; k < classes; k++)
            if (labelled[k] > 0)
            {
                logs += Math.Log(this[k, k] == 0 ? correction : Recall(k));
                present++;
            }
        return Math.Exp(logs / present);
    }

    public double Value(MulticlassMetric metric, out bool undefined)
    {
        undefined = false;
        var (sum, weight) = (0.0, 0.0);
        switch (metric)
        {
            case MulticlassMetric.Accuracy:
                return (double)Trace() / Count;
            case MulticlassMetric.MacroF1:
                for (var k = 0; k < classes; k++)
                    if (labelled[k] + decided[k] > 0)
                        (sum, weight) = (sum + F1(k), weight + 1);
                return sum / weight;
            case MulticlassMetric.WeightedF1:
                for (var k = 0; k < classes; k++)
                    sum += F1(k) * labelled[k];
                return sum / Count;
            case MulticlassMetric.BalancedAccuracy:
                for (var k = 0; k < classes; k++)
                    if (labelled[k] > 0)
                        (sum, weight) = (sum + Recall(k), weight + 1);
                return sum / weight;
            case MulticlassMetric.GMean:
                return GMean(correction: 0);
            case MulticlassMetric.MatthewsCorrelation:
                var (chance, labelSpread, decisionSpread) = Margins();
                return Ratio((double)Trace() * Count - chance, Math.Sqrt(decisionSpread) * Math.Sqrt(labelSpread), ref undefined);
            case MulticlassMetric.CohenKappa:
                var expected = Margins().Chance / ((double)Count * Count);
                return Ratio((double)Trace() / Count - expected, 1 - expected, ref undefined);
            case MulticlassMetric.MacroAveragedMae:
                for (var k = 0; k < classes; k++)
                    if (labelled[k] > 0)
                        (sum, weight) = (sum + Distance(k) / labelled[k], weight + 1);
                return sum / weight;
            case MulticlassMetric.WorstClassRecall:
                var worst = 1.0;
                for (var k = 0; k < classes; k++)
                    if (labelled[k] > 0)
                        worst = Math.Min(worst, Recall(k));
                return worst;
            default:
                throw new ArgumentOutOfRangeException(nameof(metric), metric, "There is no such metric.");
        }
    }

    private long Trace()
    {
        var trace = 0L;
        for (var k = 0; k < classes; k++)
            trace += this[k, k];
        return trace;
    }

    // sum t_c p_c, n^2 - sum t_c^2, n^2 - sum p_c^2: in whole numbers, so that "all in one class" gives exactly 0.
    private (double Chance, double LabelSpread, double DecisionSpread) Margins()
    {
        var square = (long)Count * Count;
        var (chance, labels, decisions) = (0L, square, square);
        for (var k = 0; k < classes; k++)
        {
            chance += (long)labelled[k] * decided[k];
            labels -= (long)labelled[k] * labelled[k];
            decisions -= (long)decided[k] * decided[k];
        }
        return (chance, labels, decisions);
    }

    private double Distance(int label)
    {
        var sum = 0L;
        for (var k = 0; k < classes; k++)
            sum += (long)Math.Abs(k - label) * this[label, k];
        return sum;
    }

    private static double Ratio(double numerator, double denominator, ref bool undefined)
    {
        if (denominator > 0)
            return numerator / denominator;
        undefined = true;
        return 0;
    }
}
