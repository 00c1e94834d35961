namespace Ballast.Numerics.Neighbors;

/// <summary>Points as float32 vectors whose squared distance never exceeds the true one by more than a known error: what the blocked search filters by.</summary>
/// <remarks>
/// Numeric coordinates are centred on the candidates' mean and scaled by a power of two, so that every norm is at most 1. A category becomes one of at most
/// <see cref="Buckets"/> one-hot coordinates of height sqrt(mismatch / 2): codes that share a bucket count as equal, which can only shorten the distance.
/// </remarks>
internal sealed class FloatEmbedding
{
    /// <summary>One-hot coordinates spent on a category column at most.</summary>
    public const int Buckets = 8;

    private readonly PointSet points;
    private readonly double[] centre;
    private readonly double[] squaredNorms;
    private readonly double categoryHeight;

    private FloatEmbedding(PointSet points, double[] centre)
    {
        (this.points, this.centre) = (points, centre);
        categoryHeight = Math.Sqrt(points.Mismatch / 2);
        Width = points.Width + points.CodeWidth * Buckets;
        squaredNorms = new double[points.Count];
        var categories = points.CodeWidth * points.Mismatch / 2;
        Parallel.For(0, Batches(points.Count), batch =>
        {
            for (var i = batch * BatchSize; i < Math.Min(points.Count, (batch + 1) * BatchSize); i++)
                squaredNorms[i] = PointSet.SquaredDistance(points.Point(i), centre) + categories;
        });
    }

    private const int BatchSize = 2048;

    /// <summary>Coordinates of an embedded point.</summary>
    public int Width { get; }

    /// <summary>Squared norm of point <paramref name="index"/> before scaling.</summary>
    public double SquaredNorm(int index) => squaredNorms[index];

    /// <summary>Embeds candidates.</summary>
    public static FloatEmbedding Of(PointSet points)
    {
        var centre = new double[points.Width];
        for (var i = 0; i < points.Count; i++)
        {
            var point = points.Point(i);
            for (var j = 0; j < centre.Length; j++)
                centre[j] += (point[j] - centre[j]) / (i + 1);
        }
        return new FloatEmbedding(points, centre);
    }

    /// <summary>Embeds queries about the same centre.</summary>
    public FloatEmbedding With(PointSet queries) => ReferenceEquals(queries, points) ? this : new FloatEmbedding(queries, centre);

    /// <summary>The largest squared norm; throws where a coordinate is not finite.</summary>
    public double LargestSquaredNorm()
    {
        var largest = 0.0;
        for (var i = 0; i < squaredNorms.Length; i++)
        {
            if (!double.IsFinite(squaredNorms[i]))
                throw new ArgumentException($"Point {i} has a coordinate that is not finite, or too large to square.", nameof(points));
            largest = Math.Max(largest, squaredNorms[i]);
        }
        return largest;
    }

    /// <summary>Writes point <paramref name="index"/>, scaled, to every <paramref name="stride"/>-th place of <paramref name="destination"/>.</summary>
    public void Write(int index, double scale, Span<float> destination, int stride)
    {
        var point = points.Point(index);
        for (var j = 0; j < point.Length; j++)
            destination[j * stride] = (float)((point[j] - centre[j]) * scale);
        var codes = points.Codes(index);
        for (var c = 0; c < codes.Length; c++)
            destination[(point.Length + c * Buckets + (codes[c] & (Buckets - 1))) * stride] = (float)(categoryHeight * scale);
    }

    private static int Batches(int count) => (count + BatchSize - 1) / BatchSize;
}
