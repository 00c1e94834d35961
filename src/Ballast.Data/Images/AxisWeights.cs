namespace Ballast.Data.Images;

/// <summary>For each output position of one axis: the first source position that counts, and the weights from there on.</summary>
internal sealed class AxisWeights
{
    private readonly int[] first, start;
    private readonly float[] weights;

    private AxisWeights(int[] first, int[] start, float[] weights) => (this.first, this.start, this.weights) = (first, start, weights);

    public static AxisWeights For(int from, int to, ImageResampling resampling)
    {
        var (first, start, weights) = (new int[to], new int[to + 1], new List<float>());
        var scale = (double)from / to;
        for (var i = 0; i < to; i++)
        {
            first[i] = resampling == ImageResampling.Area && to < from
                ? Cover(i * scale, Math.Min((i + 1) * scale, from), weights)
                : Interpolate(Math.Clamp((i + 0.5) * scale - 0.5, 0, from - 1), from, weights);
            start[i + 1] = weights.Count;
        }
        return new AxisWeights(first, start, [.. weights]);
    }

    public int Of(int i, out ReadOnlySpan<float> weightsFromThere)
    {
        weightsFromThere = weights.AsSpan(start[i]..start[i + 1]);
        return first[i];
    }

    public void Apply(ReadOnlySpan<float> line, Span<float> output)
    {
        for (var i = 0; i < output.Length; i++)
        {
            var (sum, source) = (0f, first[i]);
            for (var k = start[i]; k < start[i + 1]; k++)
                sum += weights[k] * line[source++];
            output[i] = sum;
        }
    }

    // Shares of [low, high) that each source pixel covers. Ends within 1e-9 of a pixel's edge lie on it: i * scale rounds.
    private static int Cover(double low, double high, List<float> weights)
    {
        var (firstPixel, lastPixel) = ((int)Math.Floor(low + 1e-9), (int)Math.Ceiling(high - 1e-9));
        for (var p = firstPixel; p < lastPixel; p++)
            weights.Add((float)((Math.Min(high, p + 1) - Math.Max(low, p)) / (high - low)));
        return firstPixel;
    }

    private static int Interpolate(double place, int from, List<float> weights)
    {
        var left = Math.Min((int)place, Math.Max(0, from - 2));
        weights.Add((float)(1 - (place - left)));
        if (from > 1)
            weights.Add((float)(place - left));
        return left;
    }
}
