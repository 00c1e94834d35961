using Ballast.Core;

namespace Ballast.Evaluation.Calibration.ErrorBound;

/// <summary>softmax(-f(x)) of x = -log p, f continuous, rising and linear on segments: f(x) = sum over i of |s_i| clamp(x - lo_i, 0, lo_{i+1} - lo_i).</summary>
/// <param name="Knots">Where segments begin, ascending, the first at 0; the last segment has no end.</param>
/// <param name="Slopes">Their slopes; the sign is ignored.</param>
public sealed record PiecewiseLinearMap(IReadOnlyList<double> Knots, IReadOnlyList<double> Slopes) : LogitMap
{
    private readonly double[] knots = FiniteNumbers.Rising(Knots, Knots?.Count ?? 0, nameof(Knots));
    private readonly double[] slopes = Array.ConvertAll(FiniteNumbers.Of(Slopes, Knots?.Count ?? 0, nameof(Slopes)), Math.Abs);

    /// <summary>-f(x), not normalised.</summary>
    public Logits MapLogits(Logits logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        var values = logits.Normalised().Values.ToArray();
        var heights = Heights(knots, slopes);
        foreach (ref var value in values.AsSpan())
        {
            var x = Math.Max(0, -value);
            var i = SegmentOf(knots, x);
            value = -(heights[i] + slopes[i] * (x - knots[i]));
        }
        return new Logits(values, logits.Classes, logits.RowIds);
    }

    /// <inheritdoc/>
    public override Predictions Apply(Logits logits)
    {
        var values = MapLogits(logits).Values.ToArray();
        RowSoftmax.Apply(values, logits.Classes);
        for (var start = 0; start < values.Length; start += logits.Classes)
            KeptOrder.Keep(values.AsSpan(start, logits.Classes), KeptOrder.Top(logits.Values.Slice(start, logits.Classes)));
        return new Predictions(values, logits.Classes, logits.RowIds);
    }

    /// <summary>f at the knots.</summary>
    internal static double[] Heights(double[] knots, ReadOnlySpan<double> slopes)
    {
        var heights = new double[knots.Length];
        for (var i = 1; i < heights.Length; i++)
            heights[i] = heights[i - 1] + Math.Abs(slopes[i - 1]) * (knots[i] - knots[i - 1]);
        return heights;
    }

    internal static int SegmentOf(double[] knots, double x)
    {
        var found = Array.BinarySearch(knots, x);
        return found >= 0 ? found : Math.Max(0, ~found - 1);
    }
}
