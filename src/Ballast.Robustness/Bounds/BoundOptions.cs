namespace Ballast.Robustness.Bounds;

/// <summary>How to bound.</summary>
public sealed record BoundOptions
{
    /// <summary>The method.</summary>
    public BoundMethod Method { get; init; } = BoundMethod.Crown;

    /// <summary>What the bounds prove.</summary>
    public Soundness Soundness { get; init; } = Soundness.RealArithmetic;

    /// <summary>Whether linear bounds stand alone or are intersected with intervals.</summary>
    public Intersection Intersection { get; init; } = Intersection.WithIntervals;
}
