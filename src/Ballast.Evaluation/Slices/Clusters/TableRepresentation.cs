using Ballast.Core;

namespace Ballast.Evaluation.Slices.Clusters;

/// <summary>A table's rows as points: numbers as they are, a column of 0 and 1 for each frequent category and for missing values.</summary>
/// <param name="Values">n x d values, row-major; a missing number is the column's mean.</param>
/// <param name="Names">d names, such as <c>age</c> or <c>job = 'fixed'</c>.</param>
public sealed record TableRepresentation(double[] Values, IReadOnlyList<string> Names)
{
    private const int MostCategories = 20;

    /// <summary>Makes the points of a table with named columns; columns without two different values are left out.</summary>
    /// <exception cref="ArgumentException">The dataset has no named columns.</exception>
    public static TableRepresentation Of(Dataset data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Width > 0 && data.Columns.Count == 0)
            throw new ArgumentException("This dataset has no named columns.", nameof(data));
        var columns = new List<(string Name, double[] Values)>();
        for (var j = 0; j < data.Width; j++)
        {
            var values = new float[data.Count];
            for (var i = 0; i < values.Length; i++)
                values[i] = data.Features.Span[i * data.Width + j];
            var column = data.Columns[j];
            if (column.Kind == FeatureKind.Numeric)
            {
                var mean = values.Where(float.IsFinite).Select(value => (double)value).DefaultIfEmpty().Average();
                columns.Add((column.Name, Array.ConvertAll(values, value => float.IsFinite(value) ? value : mean)));
            }
            else
            {
                foreach (var code in values.Where(value => !float.IsNaN(value)).CountBy(value => (int)value).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(MostCategories).Select(pair => pair.Key))
                    columns.Add(($"{new CategoryCondition(j, column.Name, code, column.Categories[code])}", Array.ConvertAll(values, value => value == code ? 1.0 : 0)));
            }
            columns.Add(($"{new MissingCondition(j, column.Name)}", Array.ConvertAll(values, value => float.IsNaN(value) ? 1.0 : 0)));
        }
        columns.RemoveAll(column => Array.TrueForAll(column.Values, value => value == column.Values[0]));
        var points = new double[data.Count * columns.Count];
        for (var j = 0; j < columns.Count; j++)
            for (var i = 0; i < data.Count; i++)
                points[i * columns.Count + j] = columns[j].Values[i];
        return new TableRepresentation(points, [.. columns.Select(column => column.Name)]);
    }
}
