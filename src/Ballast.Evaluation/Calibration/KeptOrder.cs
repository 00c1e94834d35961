namespace Ballast.Evaluation.Calibration;

/// <summary>Keeps the predicted class where rounding would not: a map that preserves order may send two near probabilities to the same value.</summary>
internal static class KeptOrder
{
    /// <summary>The first of the largest scores.</summary>
    public static int Top(ReadOnlySpan<double> scores)
    {
        var top = 0;
        for (var k = 1; k < scores.Length; k++)
            if (scores[k] > scores[top])
                top = k;
        return top;
    }

    /// <summary>Makes <paramref name="top"/> the first of the largest probabilities again.</summary>
    public static void Keep(Span<double> probabilities, int top)
    {
        var other = Top(probabilities);
        if (other == top)
            return;
        (probabilities[top], probabilities[other]) = (probabilities[other], probabilities[top]);
        if (other < top && probabilities[other] == probabilities[top])
            probabilities[other] = Math.BitDecrement(probabilities[other]);
    }
}
