namespace Ballast.Robustness.Bounds;

/// <summary>What is done where an interval and a linear bound are both known.</summary>
public enum Intersection
{
    /// <summary>The tighter of both, at every neuron and at the outputs; later intervals build on it.</summary>
    WithIntervals,

    /// <summary>The linear bound alone, as the papers' algorithms have it. For comparisons.</summary>
    None,
}
