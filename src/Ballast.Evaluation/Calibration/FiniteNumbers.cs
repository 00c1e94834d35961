namespace Ballast.Evaluation.Calibration;

/// <summary>Checks what a map is made of, so that a file cannot make one that fails later.</summary>
internal static class FiniteNumbers
{
    /// <summary>A copy, once it has the length and every number is finite.</summary>
    /// <exception cref="ArgumentException">It has another length, or a number is NaN or infinite.</exception>
    public static double[] Of(IReadOnlyList<double> values, int length, string name)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        if (values.Count != length || length == 0)
            throw new ArgumentException($"{name} has {values.Count} numbers; expected {Math.Max(1, length)}.", name);
        foreach (var value in values)
            if (!double.IsFinite(value))
                throw new ArgumentException($"{name} holds {value}; every number must be finite.", name);
        return [.. values];
    }

    /// <summary>As <see cref="Of"/>, for numbers that must not fall.</summary>
    /// <exception cref="ArgumentException">It has another length, a number is not finite, or one is below the one before it.</exception>
    public static double[] Rising(IReadOnlyList<double> values, int length, string name)
    {
        var numbers = Of(values, length, name);
        for (var i = 1; i < numbers.Length; i++)
            if (numbers[i] < numbers[i - 1])
                throw new ArgumentException($"{name} falls from {numbers[i - 1]} to {numbers[i]}; it must rise.", name);
        return numbers;
    }
}
