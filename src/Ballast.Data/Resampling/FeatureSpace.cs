using Ballast.Core;
using Ballast.Numerics.Neighbors;

namespace Ballast.Data.Resampling;

/// <summary>The columns of a dataset as points with a distance: checked, split by kind, scaled where asked.</summary>
internal sealed class FeatureSpace
{
    private const int BatchSize = 4096;

    private readonly Dataset data;
    private readonly double[] scales;       // one a numeric column

    private FeatureSpace(Dataset data, Standardize standardize, CancellationToken cancellation)
    {
        this.data = data;
        var columns = Enumerable.Range(0, data.Width).ToLookup(j => data.Columns.Count > 0 && data.Columns[j].Kind == FeatureKind.Categorical);
        (NumericColumns, CategoricalColumns) = ([.. columns[false]], [.. columns[true]]);
        var deviations = StandardDeviations(cancellation);
        scales = new double[NumericColumns.Length];
        scales.AsSpan().Fill(1);
        if (!Scales(standardize, deviations))
            return;
        for (var j = 0; j < scales.Length; j++)
            scales[j] = deviations[NumericColumns[j]] > 0 ? deviations[NumericColumns[j]] : 1;
    }

    /// <summary>Positions of the numeric columns.</summary>
    public int[] NumericColumns { get; }

    /// <summary>Positions of the categorical columns.</summary>
    public int[] CategoricalColumns { get; }

    /// <summary>What was decided about scaling; null where nothing had to be decided.</summary>
    public string? Note { get; private set; }

    /// <summary>Checks that every feature is finite and decides the scaling.</summary>
    public static FeatureSpace Of(Dataset data, Standardize standardize, CancellationToken cancellation) => new(data, standardize, cancellation);

    /// <summary>All rows as points; categories, if any, cost the squared median standard deviation over all rows, as in SMOTE-NC.</summary>
    public PointSet AllPoints()
    {
        var points = Points(null, 1);
        return points.CodeWidth == 0 ? points : WithMismatch(points).Points;
    }

    /// <summary>The given rows as points with SMOTE-NC's price of a differing category, and the median that set it (0: price 1 was taken).</summary>
    public (PointSet Points, double Median) PricedPoints(int[] rows) => WithMismatch(Points(rows, 1));

    /// <summary>The given rows (null: all) as points.</summary>
    public PointSet Points(int[]? rows, double mismatch)
    {
        var count = rows?.Length ?? data.Count;
        var (width, codeWidth) = (NumericColumns.Length, CategoricalColumns.Length);
        var values = new double[checked(count * width)];
        var codes = new int[checked(count * codeWidth)];
        Parallel.For(0, (count + BatchSize - 1) / BatchSize, batch =>
        {
            for (var i = batch * BatchSize; i < Math.Min(count, (batch + 1) * BatchSize); i++)
            {
                var row = data.Row(rows is null ? i : rows[i]);
                for (var j = 0; j < width; j++)
                    values[i * width + j] = row[NumericColumns[j]] / scales[j];
                for (var j = 0; j < codeWidth; j++)
                    codes[i * codeWidth + j] = (int)row[CategoricalColumns[j]];
            }
        });
        return new PointSet(values, count, width, codes, codeWidth, mismatch);
    }

    private static (PointSet Points, double Median) WithMismatch(PointSet points)
    {
        var median = points.Width == 0 ? 0 : SmoteCore.MedianStandardDeviation(points.Values, points.Width);
        return (points.WithMismatch(median > 0 ? median * median : 1), median);
    }

    private bool Scales(Standardize standardize, double[] deviations)
    {
        if (standardize != Standardize.Auto)
            return standardize == Standardize.On;
        var positive = NumericColumns.Where(j => deviations[j] > 0).ToArray();
        if (positive.Length < 2)
            return false;
        var (largest, smallest) = (positive.MaxBy(j => deviations[j]), positive.MinBy(j => deviations[j]));
        var on = deviations[largest] > 10 * deviations[smallest];
        var ratio = (deviations[largest] / deviations[smallest]).ToString("G3");
        Note = on
            ? $"Distances use standardized columns: '{ColumnName(largest)}' spreads {ratio} times as wide as '{ColumnName(smallest)}'."
            : $"Distances use original units: the widest column spreads {ratio} times as wide as the narrowest, at most 10.";
        return on;
    }

    // Sums of fixed batches, joined in order: the same bits on any number of threads (Chan, Golub and LeVeque 1983, eq. 2.1).
    private double[] StandardDeviations(CancellationToken cancellation)
    {
        var (n, d) = (data.Count, data.Width);
        var batches = (n + BatchSize - 1) / BatchSize;
        var (means, squares) = (new double[batches * d], new double[batches * d]);
        Parallel.For(0, batches, new ParallelOptions { CancellationToken = cancellation }, (int batch) =>
        {
            var (start, end) = (batch * BatchSize, Math.Min(n, (batch + 1) * BatchSize));
            var mean = means.AsSpan(batch * d, d);
            var square = squares.AsSpan(batch * d, d);
            for (var i = start; i < end; i++)
            {
                var row = data.Row(i);
                for (var j = 0; j < row.Length; j++)
                    mean[j] += row[j];
            }
            for (var j = 0; j < d; j++)
                mean[j] /= end - start;
            for (var i = start; i < end; i++)
            {
                var row = data.Row(i);
                for (var j = 0; j < row.Length; j++)
                {
                    var deviation = row[j] - mean[j];
                    square[j] += deviation * deviation;
                }
            }
        });
        var (joinedMean, joinedSquare) = (new double[d], new double[d]);
        for (var batch = 0; batch < batches; batch++)
        {
            double before = batch * BatchSize, count = Math.Min(n, (batch + 1) * BatchSize) - before;
            for (var j = 0; j < d; j++)
            {
                if (!double.IsFinite(means[batch * d + j]))
                    throw Unusable(j, batch * BatchSize);
                var difference = means[batch * d + j] - joinedMean[j];
                joinedMean[j] += difference * count / (before + count);
                joinedSquare[j] += squares[batch * d + j] + difference * difference * before * count / (before + count);
            }
        }
        return [.. joinedSquare.Select(square => Math.Sqrt(square / Math.Max(1, n)))];
    }

    private DataFormatException Unusable(int column, int row)
    {
        while (float.IsFinite(data.Row(row)[column]))
            row++;
        var value = data.Row(row)[column];
        var id = data.RowIds.Span[row];
        return new DataFormatException(
            "the training rows", float.IsNaN(value) ? "a missing value" : $"{value}", "a finite number: impute missing values before resampling",
            column: ColumnName(column), row: (id == Dataset.SyntheticRowId ? row : id) + 1L);
    }

    private string ColumnName(int column) => data.Columns.Count > 0 ? data.Columns[column].Name : $"feature {column}";
}
