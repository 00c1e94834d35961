using Ballast.Core;

namespace Ballast.Evaluation.Calibration;

/// <summary>Puts probabilities that were mended class by class together again.</summary>
internal static class OneAgainstRest
{
    /// <summary>One column a class, normalised (a row of zeros becomes uniform); a single column is class 1 of two.</summary>
    public static Predictions Combine(Predictions original, double[][] columns)
    {
        var classes = original.Classes;
        var values = new double[original.Count * classes];
        for (var i = 0; i < original.Count; i++)
        {
            var row = values.AsSpan(i * classes, classes);
            if (columns.Length == 1)
            {
                (row[^1], row[0]) = (columns[0][i], 1 - columns[0][i]);
                continue;
            }
            var sum = 0.0;
            for (var k = 0; k < classes; k++)
                sum += row[k] = columns[k][i];
            for (var k = 0; k < classes; k++)
                row[k] = sum > 0 ? row[k] / sum : 1.0 / classes;
        }
        return new Predictions(values, classes, original.RowIds);
    }
}
