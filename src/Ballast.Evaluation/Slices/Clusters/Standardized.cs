namespace Ballast.Evaluation.Slices.Clusters;

/// <summary>Columns with mean 0 and population standard deviation 1; a constant column becomes 0.</summary>
internal sealed class Standardized
{
    public Standardized(ReadOnlySpan<double> values, int width)
    {
        var count = width == 0 ? 0 : values.Length / width;
        (Mean, Scale) = (new double[width], new double[width]);
        Values = new double[values.Length];
        for (var j = 0; j < width; j++)
        {
            double mean = 0, squares = 0, low = double.PositiveInfinity, high = double.NegativeInfinity;
            for (var i = 0; i < count; i++)
            {
                mean += values[i * width + j];
                (low, high) = (Math.Min(low, values[i * width + j]), Math.Max(high, values[i * width + j]));
            }
            mean /= Math.Max(1, count);
            for (var i = 0; i < count; i++)
                squares += (values[i * width + j] - mean) * (values[i * width + j] - mean);
            // Rounding leaves a constant column a spread of its own.
            (Mean[j], Scale[j]) = (mean, low == high ? 0 : Math.Sqrt(squares / Math.Max(1, count)));
            for (var i = 0; i < count; i++)
                Values[i * width + j] = Scale[j] == 0 ? 0 : (values[i * width + j] - mean) / Scale[j];
        }
    }

    /// <summary>n x d.</summary>
    public double[] Values { get; }

    public double[] Mean { get; }

    /// <summary>Population standard deviations; 0 for constant columns.</summary>
    public double[] Scale { get; }
}
