namespace Ballast.Evaluation.Thresholds;

/// <summary>Quantiles of many unordered values of which only the lowest matter.</summary>
internal static class ThresholdRange
{
    /// <summary>The <paramref name="low"/> and <paramref name="high"/> quantiles by linear interpolation at p (m - 1); <paramref name="values"/> are reordered.</summary>
    public static (double Low, double High) Quantiles(double[] values, double low, double high)
    {
        var needed = Math.Min(values.Length - 1, (int)(high * (values.Length - 1)) + 1);
        SelectLowest(values, needed);
        Array.Sort(values, 0, needed + 1);
        double At(double p)
        {
            var position = p * (values.Length - 1);
            var below = (int)position;
            var above = Math.Min(below + 1, values.Length - 1);
            return values[below] + (position - below) * (values[above] - values[below]);
        }
        return (At(low), At(high));
    }

    /// <summary>Hoare's selection: afterwards the place <paramref name="rank"/> holds what sorting would put there, with nothing larger before it.</summary>
    private static void SelectLowest(double[] values, int rank)
    {
        int left = 0, right = values.Length - 1;
        while (left < right)
        {
            var pivot = Median(values[left], values[left + (right - left) / 2], values[right]);
            int i = left, j = right;
            while (i <= j)
            {
                while (values[i] < pivot)
                    i++;
                while (values[j] > pivot)
                    j--;
                if (i <= j)
                {
                    (values[i], values[j]) = (values[j], values[i]);
                    i++;
                    j--;
                }
            }
            if (rank <= j)
                right = j;
            else if (rank >= i)
                left = i;
            else
                return;
        }
    }

    private static double Median(double a, double b, double c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
