namespace Ballast.Evaluation.Metrics;

/// <summary>The expected metrics of one classifier over a grid of prevalences and annotation errors.</summary>
public sealed class NoiseSweep
{
    private readonly BinaryMetrics[,,] cells;

    /// <summary>Computes the grid; empty lists stand for the usual values.</summary>
    /// <param name="point">The classifier against the truth.</param>
    /// <param name="prevalences">True shares of positives; null: 0.5, 0.1, 0.01, 0.00173, 0.0005.</param>
    /// <param name="falseAlarms">Rates a; null: 0, 0.0001, 0.0005, 0.001, 0.01.</param>
    /// <param name="misses">Rates b; null: 0, 0.05, 0.1, 0.2, 0.3, 0.5.</param>
    /// <exception cref="ArgumentException">A rate lies outside its range.</exception>
    public NoiseSweep(
        OperatingPoint point, IReadOnlyList<double>? prevalences = null, IReadOnlyList<double>? falseAlarms = null, IReadOnlyList<double>? misses = null)
    {
        Prevalences = prevalences ?? [0.5, 0.1, 0.01, 0.00173, 0.0005];
        FalseAlarms = falseAlarms ?? [0, 0.0001, 0.0005, 0.001, 0.01];
        Misses = misses ?? [0, 0.05, 0.1, 0.2, 0.3, 0.5];
        cells = new BinaryMetrics[Prevalences.Count, FalseAlarms.Count, Misses.Count];
        for (var p = 0; p < Prevalences.Count; p++)
            for (var a = 0; a < FalseAlarms.Count; a++)
                for (var b = 0; b < Misses.Count; b++)
                    cells[p, a, b] = BinaryMetrics.From(AnnotationNoise.Apply(Prevalences[p], point.Recall, point.FalsePositiveRate, FalseAlarms[a], Misses[b]));
    }

    /// <summary>True shares of positives.</summary>
    public IReadOnlyList<double> Prevalences { get; }

    /// <summary>Rates a of flagged negatives.</summary>
    public IReadOnlyList<double> FalseAlarms { get; }

    /// <summary>Rates b of missed positives.</summary>
    public IReadOnlyList<double> Misses { get; }

    /// <summary>The metrics of one cell of the grid, by positions in the three lists.</summary>
    public BinaryMetrics this[int prevalence, int falseAlarm, int miss] => cells[prevalence, falseAlarm, miss];

    /// <summary>One metric at one prevalence as a heat map: a row a false-alarm rate, a column a miss rate.</summary>
    public double[,] HeatMap(BinaryMetric metric, int prevalence)
    {
        var map = new double[FalseAlarms.Count, Misses.Count];
        for (var a = 0; a < FalseAlarms.Count; a++)
            for (var b = 0; b < Misses.Count; b++)
                map[a, b] = cells[prevalence, a, b][metric];
        return map;
    }
}
