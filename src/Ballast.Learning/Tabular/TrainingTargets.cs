using Ballast.Core;
using Ballast.Learning.Tabular.LightGbm;

namespace Ballast.Learning.Tabular;

/// <summary>The usable rows of a regression set, with weighted mean and standard deviation of their targets.</summary>
internal sealed class TrainingTargets
{
    private TrainingTargets(int[] rows, double mean, double scale) => (Rows, Mean, Scale) = (rows, mean, scale);

    /// <summary>Positions of the rows with weight above 0, ascending.</summary>
    internal int[] Rows { get; }

    internal double Mean { get; }

    /// <summary>Standard deviation; 1 when all targets are equal.</summary>
    internal double Scale { get; }

    /// <exception cref="ArgumentException">No targets with weight, or a target that is not finite.</exception>
    internal static TrainingTargets Of(Dataset train)
    {
        if (train.Targets.IsEmpty)
            throw new ArgumentException("Training needs rows with targets; there are none.", nameof(train));
        var weights = ClassWeights.None.RowWeights(train);
        var rows = TrainingClasses.PositiveRows(weights);
        var (total, sum, squares) = (0.0, 0.0, 0.0);
        foreach (var row in rows)
        {
            if (!double.IsFinite(train.Targets.Span[row]))
                throw new ArgumentException($"The target of row {row + 1} is {train.Targets.Span[row]}; expected a finite number.", nameof(train));
            total += weights[row];
            sum += weights[row] * train.Targets.Span[row];
        }
        if (rows.Length == 0)
            throw new ArgumentException("Training needs rows of weight above 0; there are none.", nameof(train));
        var mean = sum / total;
        foreach (var row in rows)
            squares += weights[row] * Math.Pow(train.Targets.Span[row] - mean, 2);
        var deviation = Math.Sqrt(squares / total);
        return new(rows, mean, deviation > 0 ? deviation : 1);
    }

    /// <summary>The rows at <paramref name="positions"/> with standardised targets.</summary>
    internal TrainingRows Encode(Dataset data, int[] positions)
    {
        var (targets, weights) = (new float[positions.Length], new float[positions.Length]);
        for (var i = 0; i < positions.Length; i++)
        {
            targets[i] = (float)((data.Targets.Span[positions[i]] - Mean) / Scale);
            weights[i] = data.Weights.IsEmpty ? 1 : data.Weights.Span[positions[i]];
        }
        return new(RowSelection.Features(data, positions), data.Width, targets, weights);
    }
}
