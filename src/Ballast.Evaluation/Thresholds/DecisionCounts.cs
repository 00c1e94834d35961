namespace Ballast.Evaluation.Thresholds;

/// <summary>Rows, decisions and right decisions of each class, kept up to date while single rows change their decision.</summary>
internal sealed class DecisionCounts
{
    private readonly int[] rows, decided, right;
    private readonly int present;
    private readonly DecisionObjective objective;

    public DecisionCounts(ReadOnlySpan<int> labels, ReadOnlySpan<int> decisions, int classes, DecisionObjective objective)
    {
        this.objective = objective;
        (rows, decided, right) = (LabelledRows.Counts(labels, classes), LabelledRows.Counts(decisions, classes), new int[classes]);
        for (var i = 0; i < labels.Length; i++)
            if (labels[i] == decisions[i])
                right[labels[i]]++;
        present = rows.Count(count => count > 0);
    }

    public void Move(int label, int from, int to)
    {
        decided[from]--;
        decided[to]++;
        if (label == from)
            right[from]--;
        if (label == to)
            right[to]++;
    }

    /// <summary>The objective now; O(K).</summary>
    public double Value() => objective switch
    {
        DecisionObjective.BalancedAccuracy => SumOverPresent(k => (double)right[k] / rows[k]) / present,
        DecisionObjective.F1 when rows.Length == 2 => F1(1),
        DecisionObjective.F1 or DecisionObjective.MacroF1 => SumOverPresent(F1) / present,
        _ => GMean(),
    };

    private double F1(int k) => rows[k] + decided[k] == 0 ? 0 : 2.0 * right[k] / (rows[k] + decided[k]);

    private double GMean()
    {
        var product = 1.0;
        for (var k = 0; k < rows.Length; k++)
            if (rows[k] > 0)
                product *= Math.Pow((double)right[k] / rows[k], 1.0 / present);
        return product;
    }

    private double SumOverPresent(Func<int, double> value)
    {
        var sum = 0.0;
        for (var k = 0; k < rows.Length; k++)
            if (rows[k] > 0)
                sum += value(k);
        return sum;
    }
}
