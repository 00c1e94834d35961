using Ballast.Core;

namespace Ballast.Evaluation.Calibration;

/// <summary>Some of the rows with their labels.</summary>
internal static class CalibrationRows
{
    /// <summary>How far a row's sum may lie from 1 where a recalibrator is chosen by it.</summary>
    public const double SumTolerance = 1e-3;

    public static (double[] Values, int[] Labels) Pick(Logits logits, ReadOnlySpan<int> labels, ReadOnlySpan<int> rows) => Pick(logits.Values, logits.Classes, labels, rows);

    public static (Predictions Predictions, int[] Labels) Pick(Predictions predictions, ReadOnlySpan<int> labels, ReadOnlySpan<int> rows)
    {
        var (values, picked) = Pick(predictions.Values, predictions.Classes, labels, rows);
        return (new Predictions(values, predictions.Classes), picked);
    }

    /// <summary>Checks what a choice of recalibrators needs: labels in range, rows that sum to 1 within 1e-3, at least 2 K of them.</summary>
    /// <exception cref="ArgumentException">One of these does not hold.</exception>
    public static void Check(Predictions predictions, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        LabelledRows.Check(labels, predictions.Count, predictions.Classes);
        if (labels.Length < 2 * predictions.Classes)
            throw new ArgumentException($"{labels.Length} rows are too few for {predictions.Classes} classes: a recalibrator needs at least {2 * predictions.Classes}.", nameof(labels));
        for (var i = 0; i < labels.Length; i++)
        {
            var sum = 0.0;
            foreach (var p in predictions.Row(i))
                sum += p;
            if (Math.Abs(sum - 1) > SumTolerance)
                throw new ArgumentException($"Row {i + 1}: probabilities sum to {sum:0.######}, not to 1.", nameof(predictions));
        }
    }

    private static (double[] Values, int[] Labels) Pick(ReadOnlySpan<double> values, int classes, ReadOnlySpan<int> labels, ReadOnlySpan<int> rows)
    {
        var (picked, pickedLabels) = (new double[rows.Length * classes], new int[rows.Length]);
        for (var i = 0; i < rows.Length; i++)
        {
            values.Slice(rows[i] * classes, classes).CopyTo(picked.AsSpan(i * classes));
            pickedLabels[i] = labels[rows[i]];
        }
        return (picked, pickedLabels);
    }
}
