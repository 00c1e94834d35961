using Ballast.Core;
using Ballast.Exchange.Networks;
using Ballast.Learning.Adversarial;

namespace Ballast.Cli.Checks;

/// <summary>Rows of numbers in standard deviations of their columns, and which columns may be changed a little: amounts of many distinct values.</summary>
internal sealed class MovableColumns
{
    private readonly FeatureLimits limits;

    /// <summary>Standardises some rows.</summary>
    /// <param name="inputs">What a model was shown, finite.</param>
    /// <param name="rows">Positions of the rows.</param>
    /// <param name="fewestValues">Distinct values from which on a column is an amount.</param>
    public MovableColumns(Dataset inputs, int[] rows, int fewestValues)
    {
        var chosen = inputs.Select(rows);
        var (values, width) = (chosen.Features.ToArray(), chosen.Width);
        var (means, deviations, low, high, isFixed) = (new double[width], new double[width], new float[width], new float[width], new bool[width]);
        for (var j = 0; j < width; j++)
        {
            var column = Enumerable.Range(0, chosen.Count).Select(i => (double)values[i * width + j]).ToArray();
            means[j] = column.Average();
            deviations[j] = Math.Sqrt(column.Average(value => (value - means[j]) * (value - means[j]))) is > 0 and var deviation ? deviation : 1;
            isFixed[j] = column.Distinct().Count() < fewestValues || chosen.Columns[j].Kind != FeatureKind.Numeric;
            for (var i = 0; i < chosen.Count; i++)
                values[i * width + j] = (float)((column[i] - means[j]) / deviations[j]);
            (low[j], high[j]) = (Enumerable.Range(0, chosen.Count).Min(i => values[i * width + j]), Enumerable.Range(0, chosen.Count).Max(i => values[i * width + j]));
        }
        Data = chosen.WithFeatures(values);
        limits = new FeatureLimits(low, high, isFixed);
        Names = [.. Enumerable.Range(0, width).Where(j => !isFixed[j]).Select(j => chosen.Columns[j].Name)];
        // u d + m as (u - (-m/d)) / (1/d).
        Back = new InputNormalization([.. means.Zip(deviations, (mean, deviation) => -mean / deviation)], [.. deviations.Select(deviation => 1 / deviation)]);
    }

    /// <summary>The rows in standard deviations.</summary>
    public Dataset Data { get; }

    /// <summary>The columns that may be changed.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>What brings the rows back to what the model takes.</summary>
    public InputNormalization Back { get; }

    /// <summary>Changes of at most so many standard deviations in each movable column, within its range.</summary>
    public ThreatModel Threat(double radius) => new(PerturbationNorm.LInfinity, radius) { Features = limits };
}
