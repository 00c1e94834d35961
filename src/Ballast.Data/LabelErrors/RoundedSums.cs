namespace Ballast.Data.LabelErrors;

/// <summary>Rounding of counts that keeps their sum (step 3 of the calibration).</summary>
internal static class RoundedSums
{
    /// <summary>Rounds half to even, then adds or takes 1 where rounding moved an entry most, until the sum is the rounded sum of the input.</summary>
    /// <remarks>While the sum falls short, largest remainders first, equal ones at the higher position; while it exceeds, smallest first, equal ones at the lower.</remarks>
    public static int[] Round(ReadOnlySpan<double> values)
    {
        var rounded = new int[values.Length];
        var remainders = new double[values.Length];
        var wanted = (long)Math.Round(PairwiseSum(values));
        var missing = wanted;
        for (var k = 0; k < rounded.Length; k++)
        {
            rounded[k] = (int)Math.Round(values[k]);
            missing -= rounded[k];
        }
        while (missing != 0)
        {
            for (var k = 0; k < rounded.Length; k++)
                remainders[k] = values[k] - rounded[k];
            var ascending = Enumerable.Range(0, rounded.Length).OrderBy(k => remainders[k]);
            var step = Math.Sign(missing);
            var order = step > 0 ? ascending.Reverse() : ascending;
            foreach (var k in order.Take((int)Math.Min(Math.Abs(missing), rounded.Length)))
            {
                rounded[k] += step;
                missing -= step;
            }
        }
        return rounded;
    }

    /// <summary>Sums in NumPy's order (eight accumulators in blocks of at most 128, halves above): counts that stand exactly at a half must round as the reference's do.</summary>
    public static double PairwiseSum(ReadOnlySpan<double> values)
    {
        if (values.Length > 128)
        {
            var half = values.Length / 2;
            half -= half % 8;
            return PairwiseSum(values[..half]) + PairwiseSum(values[half..]);
        }
        var sum = 0.0;
        var rest = 0;
        if (values.Length >= 8)
        {
            Span<double> partial = stackalloc double[8];
            values[..8].CopyTo(partial);
            for (rest = 8; rest + 8 <= values.Length; rest += 8)
                for (var lane = 0; lane < 8; lane++)
                    partial[lane] += values[rest + lane];
            sum = ((partial[0] + partial[1]) + (partial[2] + partial[3])) + ((partial[4] + partial[5]) + (partial[6] + partial[7]));
        }
        for (; rest < values.Length; rest++)
            sum += values[rest];
        return sum;
    }
}
