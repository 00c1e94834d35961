namespace Ballast.Exchange.VnnLib;

/// <summary>One closed half-space of outputs: <paramref name="Coefficients"/> · y ≤ <paramref name="Limit"/>.</summary>
/// <param name="Coefficients">One number an output.</param>
/// <param name="Limit">The right-hand side.</param>
public sealed record OutputConstraint(IReadOnlyList<double> Coefficients, double Limit)
{
    /// <summary>By how much outputs miss the half-space: c · y − d. At most 0 within it.</summary>
    public double Excess(ReadOnlySpan<double> outputs)
    {
        if (outputs.Length != Coefficients.Count)
            throw new ArgumentException($"{outputs.Length} outputs were given for {Coefficients.Count} coefficients.", nameof(outputs));
        var sum = 0.0;
        for (var i = 0; i < outputs.Length; i++)
            if (Coefficients[i] != 0)
                sum += Coefficients[i] * outputs[i];
        return sum - Limit;
    }
}
