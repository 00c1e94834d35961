namespace Ballast.Exchange.VnnLib;

/// <summary>What a VNN-LIB file asks of a network: the unsafe set. The property holds when no input of any region has unsafe outputs.</summary>
/// <param name="Inputs">Number of inputs X_0, X_1, ...: the network's input, flattened row-major.</param>
/// <param name="Outputs">Number of outputs Y_0, Y_1, ....</param>
/// <param name="Regions">Boxes that differ, each with its unsafe outputs. None when the asserts contradict each other.</param>
public sealed record VnnLibProperty(int Inputs, int Outputs, IReadOnlyList<UnsafeRegion> Regions)
{
    /// <summary>Robustness of a label: every input of the box must score <paramref name="label"/> strictly above all other classes.</summary>
    /// <param name="lower">Least value of each input.</param>
    /// <param name="upper">Greatest value of each input.</param>
    /// <param name="label">The class that must win.</param>
    /// <param name="classes">Number of outputs, at least 2.</param>
    /// <exception cref="ArgumentException">Lengths differ, the box is empty, or there is no such class.</exception>
    public static VnnLibProperty Robustness(IReadOnlyList<double> lower, IReadOnlyList<double> upper, int label, int classes)
    {
        ArgumentNullException.ThrowIfNull(lower);
        ArgumentNullException.ThrowIfNull(upper);
        if (lower.Count != upper.Count)
            throw new ArgumentException($"{lower.Count} lower and {upper.Count} upper ends were given.", nameof(upper));
        for (var i = 0; i < lower.Count; i++)
            if (!(lower[i] <= upper[i]))
                throw new ArgumentException($"Input {i} has a lower end of {lower[i]:R} and an upper end of {upper[i]:R}.", nameof(lower));
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(label);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, classes);
        var disjuncts = Enumerable.Range(0, classes).Where(other => other != label)
            .Select(other => (IReadOnlyList<OutputConstraint>)[new OutputConstraint([.. Enumerable.Range(0, classes).Select(k => k == label ? 1.0 : k == other ? -1.0 : 0.0)], 0)]);
        return new VnnLibProperty(lower.Count, classes, [new UnsafeRegion(lower, upper, [.. disjuncts])]);
    }
}
